-- group_figures   twin for Spark: `percentile` is its exact, interpolating quantile (sqlglot would take an approximate one)
with counted as (
  select customer_id, count(*) as placed
  from   orders
  where  counts and :by_lines
  group  by customer_id
),
grouped as (
  select case when :kind = 'segment' then segment else cast(cluster as string) end as name,
         case when :by_lines then coalesce(counted.placed, 0) else customers.orders end as placed,
         customers.*
  from   customers
  left   join counted on counted.customer_id = customers.customer_id
),
bound as (
  select cast(greatest(ceil(percentile(cast(placed as double), 2d / 3)), 2) as int) as many
  from   grouped
)
select name,
       grouping(name)                       as whole,
       count(*)                             as customers,
       sum(recency_days)                    as recency_days,
       sum(placed)                          as orders,
       sum(monetary)                        as monetary,
       sum(sales_amount)                    as sold,
       sum(returns_amount)                  as returned,
       sum(profit)                          as profit,
       count(profit)                        as with_profit,
       sum(shipping_cost)                   as shipping,
       count(shipping_cost)                 as with_shipping,
       count(*) filter (where placed <= 1)  as one_order,
       max(many)                            as many,
       count(*) filter (where placed >= many) as with_many,
       percentile(cast(recency_days as double), array(1d / 3, 0.5d, 2d / 3)) as recency_thirds,
       percentile(cast(placed as double), array(1d / 3, 0.5d, 2d / 3))       as orders_thirds,
       percentile(cast(monetary as double), array(1d / 3, 0.5d, 2d / 3))     as monetary_thirds,
       percentile(days_between, 0.5d)       as days_between
from   grouped
cross  join bound
group  by grouping sets ((name), ())
order  by whole, name
