-- product_lines   the lines of one product
-- reads           chosen
-- gives           customer_id, order_id, day, amount, quantity, is_return
-- values          $code
select customer_id, order_id, day, amount, quantity, is_return
from   chosen
where  coalesce(product_id, product) = $code
