-- next_pairs   one row per customer and product bought before a day
-- reads        next_days
-- gives        c, p, times (days), last_age and first_age (days from its last and its first purchase to that day)
-- values       $until
select   d.c, d.p, cast(count(*) as integer)                              as times,
         cast(date_diff('day', max(d.day), cast($until as date)) as integer) as last_age,
         cast(date_diff('day', min(d.day), cast($until as date)) as integer) as first_age
from     next_days d
where    d.day < cast($until as date)
group by d.c, d.p
