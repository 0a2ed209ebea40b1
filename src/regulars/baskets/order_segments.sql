-- order_segments   one row per order that names an item: the named segment of its customer
-- reads            orders, customers: customer_id, segment; basket_sizes
-- gives            b, segment
select s.b, c.segment
from   orders o
join   basket_sizes s on s.b = hash(o.customer_id, o.order_id)
join   customers c on c.customer_id = o.customer_id
