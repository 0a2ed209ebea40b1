-- active   one row per customer and day with an order
-- reads    sales, places
-- gives    place (as in places), day
select   l.place, s.day
from     (select distinct customer_id, day from sales where not is_return) as s
join     places l on l.customer_id = s.customer_id
order by s.day, l.place
