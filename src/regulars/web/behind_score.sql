-- behind_score   the customers with a pair of recency and frequency scores
-- reads          customers
-- gives          customer_id
-- values         $r, $f
select customer_id
from   customers
where  r = $r and f = $f
