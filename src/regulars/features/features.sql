-- features   one row per customer of the clean lines
-- reads      measures, breadth
-- gives      the columns of measures, products (int), top_category
select    m.*, coalesce(b.products, 0) as products, b.top_category
from      measures m
left join breadth b on b.customer_id = m.customer_id
