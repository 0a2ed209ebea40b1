-- behind_offer   the customers whose list of next products holds a product
-- reads          recommendations
-- gives          customer_id
-- values         $list (again | next), $code
select distinct customer_id
from   recommendations
where  list = $list and product_id = $code
