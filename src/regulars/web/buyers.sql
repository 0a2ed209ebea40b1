-- buyers   one row per customer, as overview/buyers has them, of orders that name their customers by place
-- reads    order_ranks; listed: place, customer_id
-- gives    customer_id, orders (those that count), sales (net), lines, pieces, profit
with buying as (
  select customer_id as place, count(place) as orders, sum(amount) as sales, cast(sum(lines) as bigint) as lines,
         sum(pieces) as pieces, sum(profit) as profit
  from   order_ranks
  group  by customer_id)
select l.customer_id, b.orders, b.sales, b.lines, b.pieces, b.profit
from   buying b
join   listed l on l.place = b.place
