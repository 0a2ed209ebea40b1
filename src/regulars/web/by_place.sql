-- by_place   one row per customer of a study, named by their place in the order of ids
-- reads      listed
-- gives      customer_id (the place), segment, first_order
select cast(place as integer) as customer_id, segment, first_order
from   listed
