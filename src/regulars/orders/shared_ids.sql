-- shared_ids   one row: order numbers, and those that stand with more than one customer
-- reads        orders
-- gives        orders, shared
select count(*) as orders, count(case when customers > 1 then 1 end) as shared
from   (select order_id, count(*) as customers from orders group by order_id)
