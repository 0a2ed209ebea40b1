-- numbered   one row per order: a number for it, in the order of customers' places and of order_id
-- reads      sales, places
-- gives      place (as in places), order_id, nr
select l.place, o.order_id, cast(row_number() over (order by l.place, o.order_id) as integer) as nr
from   (select distinct customer_id, order_id from sales) as o
join   places l on l.customer_id = o.customer_id
