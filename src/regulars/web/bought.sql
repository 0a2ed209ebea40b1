-- bought   one row per customer and category that they bought of
-- reads    sales, places
-- gives    place (as in places), category
select   l.place, s.category
from     (select distinct customer_id, category from sales where category is not null and not is_return) as s
join     places l on l.customer_id = s.customer_id
order by s.category, l.place
