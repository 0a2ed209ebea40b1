-- cells    one row per line of a customer: its number in the input, and what stands in all its other columns as two hashes
-- reads    lines
-- gives    line, cells
-- values   :named (bool: lines that name an order and a product, so that two equal purchases do not explain a repeat, or the
--          others)
-- twin     Spark's HASH has 32 bits and would lose rows; past what a laptop holds, the customer's hash stands beside it
select line, struct(xxhash64(customer_id) as customer, xxhash64(struct(* except (line, unparsed))) as others) as cells
from   lines
where  customer_id is not null
  and  (order_id is not null and (product_id is not null or product is not null)) = cast(:named as boolean)
