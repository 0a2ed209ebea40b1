-- next_categories   one row per category and sub-category of the products, the largest first
-- reads             next_items
-- gives             name, products
select   name, count(*) as products
from    (select category as name from next_items union all select subcategory as name from next_items) as named
where    name is not null
group by name
order by products desc, name
