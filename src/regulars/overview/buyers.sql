-- buyers   one row per customer
-- reads    order_ranks, order_parts
-- gives    customer_id, orders (those that count), sales (net), lines, pieces, profit
with profits as (select customer_id, sum(profit) as profit from order_parts group by customer_id)
select order_ranks.customer_id, count(place) as orders, sum(amount) as sales,
       cast(sum(lines) as bigint) as lines, sum(pieces) as pieces, max(profits.profit) as profit
from   order_ranks join profits on profits.customer_id = order_ranks.customer_id
group  by order_ranks.customer_id
