-- behind_repeat   the customers with so many orders that count
-- reads           orders (of the overview)
-- gives           customer_id
-- values          $least, $most (NULL: open)
select   customer_id
from     orders
group by customer_id
having   count(case when counts then 1 end) >= $least
   and   (cast($most as bigint) is null or count(case when counts then 1 end) <= cast($most as bigint))
