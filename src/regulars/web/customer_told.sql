-- customer_told   one row: how to reach one customer, as the customer table says
-- reads           told: customers, with _name, _email and _phone of the customer table
-- gives           name, email, phone (NULL: not told)
-- values          $id
select _name as name, _email as email, _phone as phone
from   told
where  customer_id = $id
