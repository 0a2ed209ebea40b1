-- top_product_names  one row per top product and name that it goes by, the most frequent first
-- reads              top_product_orders
-- gives              code, name, lines
select code, name, cast(sum(lines) as bigint) as lines
from   top_product_orders
where  name is not null
group  by code, name
order  by code, lines desc, name
