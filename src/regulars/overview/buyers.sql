-- buyers   one row per customer
-- reads    order_ranks
-- gives    customer_id, orders (those that count), sales (net), lines, pieces, profit
select customer_id, count(place) as orders, sum(amount) as sales, cast(sum(lines) as bigint) as lines,
       sum(pieces) as pieces, sum(profit) as profit
from   order_ranks
group  by customer_id
