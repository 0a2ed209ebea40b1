-- orders   one row per order of a customer (an order number that several customers share is several orders)
-- reads    sales
-- gives    customer_id, order_id, day, last_day, first_at (of what was bought: a refund is no purchase), amount (net), sales_amount (before returns), lines, pieces,
--          profit, shipping_cost, counts (bool: it counts in frequency, since something was bought and kept)
select   customer_id,
         order_id,
         cast(coalesce(min(case when not is_return then ordered_at end), min(ordered_at)) as date) as day,
         cast(coalesce(max(case when not is_return then ordered_at end), max(ordered_at)) as date) as last_day,
         coalesce(min(case when not is_return then ordered_at end), min(ordered_at)) as first_at,
         cast(sum(amount) as decimal(28, 4))                      as amount,
         cast(sum(case when is_return then 0 else amount end) as decimal(28, 4)) as sales_amount,
         count(*)                                                 as lines,
         cast(sum(quantity) as decimal(28, 3))                    as pieces,
         cast(sum(profit) as decimal(28, 4))                      as profit,
         cast(sum(shipping_cost) as decimal(28, 4))               as shipping_cost,
         case when sum(amount) is null then not bool_and(is_return) else sum(amount) > 0 end as counts
from     sales
group by customer_id, order_id
