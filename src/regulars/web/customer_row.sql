-- customer_row   all that a study says of one customer
-- reads          customers
-- gives          the columns of customers
-- values         $id
select *
from   customers
where  customer_id = $id
