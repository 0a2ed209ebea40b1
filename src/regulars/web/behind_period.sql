-- behind_period   the customers behind a period: of some kind, or of a cohort
-- reads           customer_periods; asked: cohort, period (as in customer_periods), kind (or twice: two orders or more in it);
--                 NULL: any
-- gives           customer_id
select distinct p.customer_id
from   customer_periods p
join   asked a on a.period = p.period
where  p.kind <> 'none' and (a.cohort is null or a.cohort = p.cohort)
and    (a.kind is null or a.kind = p.kind or a.kind = 'twice' and p.orders > 1)
