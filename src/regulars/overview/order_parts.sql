-- order_parts  one row per order, country and ship mode: what is left of the lines for sums by time, place and shipping
-- reads        sales, order_ranks
-- gives        order_id, customer_id, day, place, country, ship_mode, lines, sales, pieces, profit
with parts as (
    select order_id, country, ship_mode,
           count(*) as lines, sum(amount) as sales, sum(quantity) as pieces, sum(profit) as profit
    from   sales
    where  day >= cast($since as date) and day < cast($until as date)
    group  by order_id, country, ship_mode)
select parts.order_id, customer_id, day, place, country, ship_mode, parts.lines, parts.sales, parts.pieces, parts.profit
from   parts join order_ranks on parts.order_id = order_ranks.order_id
