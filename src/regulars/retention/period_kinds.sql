-- period_kinds   one row per period and kind of customer (as customer_periods has them)
-- reads    customer_periods
-- gives    period, kind, customers, orders, twice (customers with two or more orders in it), sales; ordered
select   period, kind, count(*) as customers, cast(sum(orders) as bigint) as orders,
         count(case when orders > 1 then 1 end) as twice, sum(amount) as sales
from     customer_periods
group by period, kind
order by period, kind
