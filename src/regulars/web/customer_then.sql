-- customer_then   one customer in an earlier study
-- reads           customers_then
-- gives           segment, cluster, r, f, m, orders, monetary
-- values          $id
select segment, cluster, r, f, m, orders, monetary
from   customers_then
where  customer_id = $id
