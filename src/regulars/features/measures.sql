-- measures   one row per customer of the clean lines: what their orders say
-- reads      orders
-- gives      customer_id, recency_days (int, from the last order that counts to the as-of day), orders (int), monetary
--            (net sales), first_order, last_order, tenure_days, avg_order_value, return_share
--            (returned money / sales money), days_between (mean days between orders; NULL with one), profit,
--            shipping_cost, lines, pieces, sales_amount, returns_amount
-- values     $as_of, $since, $until (orders of since <= day < until), $by_lines (bool: frequency counts lines, not orders)
-- source     Hughes, Strategic Database Marketing (1994)
with sums as (
  select   customer_id,
           coalesce(max(case when counts then last_day end), max(last_day)) as last_order,
           coalesce(min(case when counts then day end), min(day))           as first_order,
           sum(case when counts then 1 else 0 end)                          as orders,
           sum(lines)                                                       as lines,
           cast(sum(amount) as decimal(28, 4))                              as monetary,
           cast(sum(sales_amount) as decimal(28, 4))                        as sales_amount,
           cast(sum(pieces) as decimal(28, 3))                              as pieces,
           cast(sum(profit) as decimal(28, 4))                              as profit,
           cast(sum(shipping_cost) as decimal(28, 4))                       as shipping_cost
  from     orders
  where    day >= cast($since as date) and day < cast($until as date)
  group by customer_id)
select    s.customer_id,
          cast(greatest(date_diff('day', s.last_order, cast($as_of as date)), 0) as integer) as recency_days,
          cast(case when $by_lines then s.lines else s.orders end as integer)   as orders,
          s.monetary,
          s.first_order,
          s.last_order,
          cast(date_diff('day', s.first_order, cast($as_of as date)) as integer) as tenure_days,
          case when s.orders > 0 then cast(cast(s.monetary as double) / s.orders as decimal(28, 4)) end as avg_order_value,
          case when s.sales_amount > 0
               then cast(s.sales_amount - s.monetary as double) / cast(s.sales_amount as double) end as return_share,
          case when s.orders > 1
               then cast(date_diff('day', s.first_order, s.last_order) as double) / (s.orders - 1) end as days_between,
          s.profit,
          s.shipping_cost,
          cast(s.lines as integer)                                              as lines,
          s.pieces,
          s.sales_amount,
          cast(s.sales_amount - s.monetary as decimal(28, 4))                   as returns_amount
from      sums s
