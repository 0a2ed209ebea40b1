-- top_product_buyers  one row per top product: who bought it and in how many orders
-- reads               sales, top_products, order_ranks
-- gives               code, orders (those that count), customers
with bought as (
    select distinct top_products.code, sales.order_id
    from   sales join top_products on coalesce(product_id, product) = top_products.code
    where  sales.day >= cast($since as date) and sales.day < cast($until as date))
select code, count(place) as orders, count(distinct customer_id) as customers
from   bought join order_ranks on order_ranks.order_id = bought.order_id
group  by code
order  by code
