-- top_product_names  one row per top product and name that it goes by
-- reads              sales, top_products
-- gives              code, name, lines
select top_products.code, product as name, count(*) as lines
from   sales join top_products on coalesce(product_id, product) = top_products.code
where  day >= cast($since as date) and day < cast($until as date)
group  by top_products.code, product
order  by top_products.code, lines desc, name nulls last
