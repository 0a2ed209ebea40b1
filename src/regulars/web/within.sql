-- within    one row per customer whom a filter leaves: orders and money of the days chosen, all else as the study knows it
-- reads     kept, sales
-- gives     customer_id, segment, cluster, r, f, recency_days, days_between, orders (that count), monetary (net), sales_amount,
--           returns_amount, profit, shipping_cost
-- values    $since, $until (since <= day < until; NULL: open)
with orders as (
  select   customer_id, order_id, sum(amount) as amount, sum(case when is_return then 0 else amount end) as sales_amount,
           sum(profit) as profit, sum(shipping_cost) as shipping_cost,
           case when sum(amount) is null then not bool_and(is_return) else sum(amount) > 0 end as counts
  from     sales
  where    ($since is null or day >= cast($since as date))
  and      ($until is null or day < cast($until as date))
  group by customer_id, order_id),
sums as (
  select   customer_id,
           sum(case when counts then 1 else 0 end)       as orders,
           cast(sum(amount) as decimal(28, 4))           as monetary,
           cast(sum(sales_amount) as decimal(28, 4))     as sales_amount,
           cast(sum(profit) as decimal(28, 4))           as profit,
           cast(sum(shipping_cost) as decimal(28, 4))    as shipping_cost
  from     orders
  group by customer_id)
select k.customer_id, k.segment, k.cluster, k.r, k.f, k.recency_days, k.days_between,
       s.orders, s.monetary, s.sales_amount, cast(s.sales_amount - s.monetary as decimal(28, 4)) as returns_amount,
       s.profit, s.shipping_cost
from   kept k
join   sums s on s.customer_id = k.customer_id
