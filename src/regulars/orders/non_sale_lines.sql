-- non_sale_lines   one row per line whose product is no sale
-- reads            lines, non_sales
-- gives            line
select l.line
from   lines l
join   non_sales n on n.product_id = coalesce(l.product_id, '') and n.product = coalesce(l.product, '')
