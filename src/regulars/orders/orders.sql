-- orders   one row per order of a customer (an order number that several customers share is several orders)
-- reads    judged
-- gives    customer_id, order_id, day, last_day, first_at (of what was bought: a refund is no purchase), amount (net), sales_amount
--          (before returns), lines, returns (lines that are returns), pieces, profit, shipping_cost, counts (bool: it counts in
--          frequency, since something was bought and kept)
with parts as (   -- what was bought and what came back stand apart: half the sums of a case for each
  select   customer_id, order_id, is_return,
           min(ordered_at)    as first_at,
           max(ordered_at)    as last_at,
           sum(amount)        as amount,
           count(*)           as lines,
           sum(quantity)      as pieces,
           sum(profit)        as profit,
           sum(shipping_cost) as shipping_cost
  from     judged
  where    reason is null
  group by customer_id, order_id, is_return),
whole as (
  select   customer_id, order_id,
           coalesce(min(case when not is_return then first_at end), min(first_at)) as first_at,
           coalesce(max(case when not is_return then last_at end), max(last_at))   as last_at,
           cast(sum(amount) as decimal(28, 4))                                     as amount,
           cast(sum(case when is_return then 0 else amount end) as decimal(28, 4)) as sales_amount,
           cast(sum(lines) as bigint)                                              as lines,
           cast(sum(case when is_return then lines else 0 end) as bigint)          as returns,
           cast(sum(pieces) as decimal(28, 3))                                     as pieces,
           cast(sum(profit) as decimal(28, 4))                                     as profit,
           cast(sum(shipping_cost) as decimal(28, 4))                              as shipping_cost,
           bool_and(is_return)                                                     as returned
  from     parts
  group by customer_id, order_id)
select customer_id, order_id, cast(first_at as date) as day, cast(last_at as date) as last_day, first_at, amount, sales_amount, lines,
       returns, pieces, profit, shipping_cost, case when amount is null then not returned else amount > 0 end as counts
from   whole
