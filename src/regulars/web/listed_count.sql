-- listed_count   one row: the customers that a filter leaves, in sum; the same filter as listed_page
-- reads          listed, bought, shopped, active
-- gives          customers, sales, next_value (NULL: unknown of all), at_risk, rhythms (customers of whom it can be said)
-- values         $search (part of an id or, where $personal, of a name, e-mail address or telephone number), $segment,
--                $cluster, $persona, $country, $at_risk, $category, $since, $until (days); NULL: not asked for
select count(*) as customers,
       cast(sum(cast(monetary as decimal(28, 4))) as double) as sales,
       cast(sum(cast(next_value as decimal(28, 4))) as double) as next_value,
       count(*) filter (where at_risk) as at_risk,
       count(at_risk) as rhythms
from   listed
where  (cast($search as varchar) is null
        or contains(case when $personal then found_personal else found end, lower(cast($search as varchar))))
  and  (cast($segment as varchar) is null or segment = $segment)
  and  (cast($cluster as integer) is null or cluster = $cluster)
  and  (cast($persona as varchar) is null or persona_key = $persona)
  and  (cast($country as varchar) is null or place in (select place from shopped where country = $country))
  and  (cast($at_risk as boolean) is null or at_risk = $at_risk)
  and  (cast($category as varchar) is null or place in (select place from bought where category = $category))
  and  (cast($since as date) is null
        or place in (select place from active where day >= cast($since as date) and day < cast($until as date)))
