-- next_truth   one row per customer known by the day and product bought since
-- reads        next_days, next_pairs
-- gives        c, p, again (bool: the customer had bought it before)
-- values       $until
with known as (select distinct c from next_pairs),
later as (select distinct c, p from next_days where day >= cast($until as date))
select    l.c, l.p, x.c is not null as again
from      later l
join      known k on k.c = l.c
left join next_pairs x on x.c = l.c and x.p = l.p
