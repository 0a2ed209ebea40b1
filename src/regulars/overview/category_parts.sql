-- category_parts  one row per order, category and sub-category; `counted` is 1 where the order counts
-- reads           sales, orders
-- gives           customer_id, order_id, counted, category, subcategory, lines, sales, pieces, profit
with parts as (
    select customer_id, order_id, category, subcategory,
           count(*) as lines, sum(amount) as sales, sum(quantity) as pieces, sum(profit) as profit
    from   sales
    group  by customer_id, order_id, category, subcategory)
select parts.customer_id, parts.order_id, case when counts then 1 end as counted, category, subcategory,
       parts.lines, parts.sales, parts.pieces, parts.profit
from   parts
join   orders on orders.customer_id = parts.customer_id and orders.order_id = parts.order_id
