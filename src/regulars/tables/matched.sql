-- matched   one row: who of a customer table has orders, and who of the customers with orders is in it
-- reads     people, customers
-- gives     matched, only_in_table, only_in_orders (numbers of customers)
select count(case when p.customer_id is not null and c.customer_id is not null then 1 end) as matched,
       count(case when c.customer_id is null then 1 end)                                   as only_in_table,
       count(case when p.customer_id is null then 1 end)                                   as only_in_orders
from   people p
full   join customers c on c.customer_id = p.customer_id
