-- placed   the customer at a place in the order of customer_id
-- reads    customers
-- gives    customer_id
-- values   $place
select customer_id
from   (select customer_id, row_number() over (order by customer_id) as place from customers) as places
where  place = $place
