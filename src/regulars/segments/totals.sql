-- totals   one row: the customers and what they sum to
-- reads    customers
-- gives    customers, orders, not_positive (customers whose net sales are zero or less)
select count(*) as customers, sum(orders) as orders, count(case when monetary <= 0 then 1 end) as not_positive
from   customers
