-- listed_count   one row: how many customers a filter leaves; the same filter as listed_page
-- reads          listed, bought, active
-- gives          customers
-- values         $search (part of an id or, where $personal, of a name, e-mail address or telephone number), $segment,
--                $cluster, $persona, $country, $at_risk, $category, $since, $until (days); NULL: not asked for
select count(*) as customers
from   listed
where  (cast($search as varchar) is null
        or contains(case when $personal then found_personal else found end, lower(cast($search as varchar))))
  and  (cast($segment as varchar) is null or segment = $segment)
  and  (cast($cluster as integer) is null or cluster = $cluster)
  and  (cast($persona as varchar) is null or persona_key = $persona)
  and  (cast($country as varchar) is null or country = $country)
  and  (cast($at_risk as boolean) is null or at_risk = $at_risk)
  and  (cast($category as varchar) is null or place in (select place from bought where category = $category))
  and  (cast($since as date) is null
        or place in (select place from active where day >= cast($since as date) and day < cast($until as date)))
