-- listed_count   one row: the customers that a filter leaves, in sum; the same filter as listed_page
-- reads          listed
-- gives          customers, sales, next_value (NULL: unknown of all), at_risk, rhythms (customers of whom it can be said)
-- values         $search (part of an id or, where $personal, of a name, e-mail address or telephone number), $segment,
--                $cluster, $persona, $at_risk; $bits (of passes: who may pass at all); NULL: not asked for
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
  and  (cast($at_risk as boolean) is null or at_risk = $at_risk)
  and  (cast($bits as blob) is null or get_bit(cast($bits as bit), cast(place - 1 as integer)) = 1)
