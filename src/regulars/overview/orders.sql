-- orders   one row per order of a customer, from the clean lines that a study keeps: what the overview needs
-- reads    sales
-- gives    customer_id, order_id, day, first_at (of what was bought: a refund is no purchase), amount (net), lines, pieces,
--          profit, counts (bool: something was bought and kept), as orders/orders has them
select   customer_id,
         order_id,
         cast(coalesce(min(case when not is_return then ordered_at end), min(ordered_at)) as date)  as day,
         coalesce(min(case when not is_return then ordered_at end), min(ordered_at))                as first_at,
         cast(sum(amount) as decimal(28, 4))                                                        as amount,
         count(*)                                                                                   as lines,
         cast(sum(quantity) as decimal(28, 3))                                                      as pieces,
         cast(sum(profit) as decimal(28, 4))                                                        as profit,
         case when sum(amount) is null then not bool_and(is_return) else sum(amount) > 0 end        as counts
from     sales
group by customer_id, order_id
