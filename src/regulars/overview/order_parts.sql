-- order_parts  one row per order, country and ship mode; `counted` is 1 where the order counts
-- reads        sales, orders
-- gives        customer_id, order_id, counted, country, ship_mode, lines, sales, pieces, profit
with parts as (
    select customer_id, order_id, country, ship_mode,
           count(*) as lines, sum(amount) as sales, sum(quantity) as pieces, sum(profit) as profit
    from   sales
    group  by customer_id, order_id, country, ship_mode)
select parts.customer_id, parts.order_id, case when counts then 1 end as counted, country, ship_mode,
       parts.lines, parts.sales, parts.pieces, parts.profit
from   parts
join   orders on orders.customer_id = parts.customer_id and orders.order_id = parts.order_id
