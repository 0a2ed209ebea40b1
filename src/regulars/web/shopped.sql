-- shopped   one row per customer and country that they ordered from
-- reads     sales, places
-- gives     place (of the customer as in places), country
select   l.place, s.country
from     (select distinct customer_id, country from sales where country is not null and not is_return) as s
join     places l on l.customer_id = s.customer_id
order by s.country, l.place
