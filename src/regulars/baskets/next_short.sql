-- next_short   one row per customer whose list is shorter than it may be
-- reads        next_customers, next_matched
-- gives        c, draw
-- values       $top
with held as (select c, count(*) as held from next_matched group by c)
select    w.c, w.draw
from      next_customers w
left join held h on h.c = w.c
where     coalesce(h.held, 0) < $top
