-- cells    one row per line of a customer: its number in the input, and what stands in all its other columns as one hash
-- reads    lines
-- gives    line, cells
-- values   $named (bool: lines that name an order and a product, so that two equal purchases do not explain a repeat, or the
--          others), $compared (the columns that the input fills: the others are NULL, and hashing costs)
-- why      a hash of 64 bits over who, what and when: among 10 million lines two meet by chance once in 400,000 runs
-- twin     Spark's HASH has 32 bits and would lose rows; past what a laptop holds, the customer's hash stands beside it
select line, hash(*columns(lambda c: list_contains($compared, c))) as cells
from   lines
where  customer_id is not null
  and  (order_id is not null and (product_id is not null or product is not null)) = cast($named as boolean)
