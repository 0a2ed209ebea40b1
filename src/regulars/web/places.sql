-- places   one row per customer of a study: their place in the order of customer_id, from 1
-- reads    customers
-- gives    customer_id, place
select customer_id, row_number() over (order by customer_id) as place
from   customers
