-- group_figures   sums and quantiles of each group of customers, and of the whole shop
-- reads    customers: segment, cluster, recency_days, orders, monetary, days_between, profit, shipping_cost, ...
--          orders: customer_id, counts (read where $by_lines, since `orders` of customers then holds lines)
-- gives    one row per group (name) and one for the shop (whole = 1); the lists hold lower third, median, upper third;
--          many: the orders that the shop's upper third begins at (two at least), with_many: customers with so many
with counted as (
  select customer_id, count(*) as placed
  from   orders
  where  counts and $by_lines
  group  by customer_id
),
grouped as (
  select case when $kind = 'segment' then segment else cast(cluster as varchar) end as name,
         case when $by_lines then coalesce(counted.placed, 0) else customers.orders end as placed,
         customers.*
  from   customers
  left   join counted on counted.customer_id = customers.customer_id
),
bound as (
  select cast(greatest(ceil(quantile_cont(cast(placed as double), 2.0::double / 3)), 2) as integer) as many
  from   grouped
)
select name,
       grouping(name)                                                                  as whole,
       count(*)                                                                        as customers,
       sum(recency_days)                                                               as recency_days,
       sum(placed)                                                                     as orders,
       sum(monetary)                                                                   as monetary,
       sum(sales_amount)                                                               as sold,
       sum(returns_amount)                                                             as returned,
       sum(profit)                                                                     as profit,
       count(profit)                                                                   as with_profit,
       sum(shipping_cost)                                                              as shipping,
       count(shipping_cost)                                                            as with_shipping,
       count(*) filter (where placed <= 1)                                             as one_order,
       max(many)                                                                       as many,
       count(*) filter (where placed >= many)                                          as with_many,
       quantile_cont(cast(recency_days as double), [1.0::double / 3, 0.5, 2.0::double / 3]) as recency_thirds,
       quantile_cont(cast(placed as double), [1.0::double / 3, 0.5, 2.0::double / 3])       as orders_thirds,
       quantile_cont(cast(monetary as double), [1.0::double / 3, 0.5, 2.0::double / 3])     as monetary_thirds,
       quantile_cont(days_between, 0.5)                                                as days_between
from   grouped
cross  join bound
group  by grouping sets ((name), ())
order  by whole, name
