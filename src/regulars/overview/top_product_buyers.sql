-- top_product_buyers  one row per top product: in how many orders that count, and by how many customers
-- reads               top_product_orders, orders
-- gives               code, orders, customers
with bought as (select distinct code, customer_id, order_id from top_product_orders)
select code, count(case when counts then 1 end) as orders, count(distinct bought.customer_id) as customers
from   bought
join   orders on orders.customer_id = bought.customer_id and orders.order_id = bought.order_id
group  by code
order  by code
