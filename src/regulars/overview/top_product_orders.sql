-- top_product_orders  one row per top product, name that it goes by, and order
-- reads               sales, top_products
-- gives               code, name, customer_id, order_id, lines
select top_products.code, sales.product as name, customer_id, order_id, count(*) as lines
from   sales join top_products on coalesce(sales.product_id, sales.product) = top_products.code
group  by top_products.code, sales.product, customer_id, order_id
