-- totals   one row: the customers and what they sum to
-- reads    customers, left_out
-- gives    customers, orders, not_positive (customers whose net sales are zero or less), left_out (customers without a
--          clean line)
select count(*) as customers, sum(orders) as orders, count(case when monetary <= 0 then 1 end) as not_positive,
       (select count(*) from left_out) as left_out
from   customers
