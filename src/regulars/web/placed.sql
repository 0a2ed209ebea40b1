-- placed   the customer at a place in the order of customer_id
-- reads    listed
-- gives    customer_id
-- values   $place
select customer_id
from   listed
where  place = $place
