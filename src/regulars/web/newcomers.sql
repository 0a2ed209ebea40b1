-- newcomers   one row per calendar year and month in which customers of a part of the lines bought for the first time at all
-- reads       orders; customers: customer_id, first_order
-- gives       grain ('year' | 'month'), start (date), new_customers (who bought something of this part in that period)
with bought as (
  select distinct o.customer_id, cast(date_trunc('month', o.day) as date) as month, c.first_order
  from   orders o
  join   customers c on c.customer_id = o.customer_id
  where  o.counts)
select   'month' as grain, month as start, count(*) as new_customers
from     bought
where    month = cast(date_trunc('month', first_order) as date)
group by month
union all
select   'year', cast(date_trunc('year', first_order) as date), count(distinct customer_id)
from     bought
where    date_trunc('year', month) = date_trunc('year', first_order)
group by date_trunc('year', first_order)
