-- category_parts  one row per order, category and sub-category
-- reads           sales, order_ranks
-- gives           order_id, customer_id, place, category, subcategory, lines, sales, pieces, profit
with parts as (
    select order_id, category, subcategory,
           count(*) as lines, sum(amount) as sales, sum(quantity) as pieces, sum(profit) as profit
    from   sales
    where  day >= cast($since as date) and day < cast($until as date)
    group  by order_id, category, subcategory)
select parts.order_id, customer_id, place, category, subcategory, parts.lines, parts.sales, parts.pieces, parts.profit
from   parts join order_ranks on parts.order_id = order_ranks.order_id
