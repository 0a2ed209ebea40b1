-- named_lines   how many clean lines carry a category, a product name, a product code
-- reads    sales: category, product, product_id
-- gives    one row of counts
select count(category) as category, count(product) as product, count(product_id) as product_id
from   sales
