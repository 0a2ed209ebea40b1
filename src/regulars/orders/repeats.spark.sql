-- repeats   one row per line that repeats an earlier line in every column (its number in the input aside)
-- reads     lines
-- gives     line
-- values    :named (bool: lines that name an order and a product, so that two equal purchases do not explain the repeat, or the
--           others)
-- twin      Spark's HASH has 32 bits and would lose rows; past what a laptop holds, the customer's hash stands beside it
select line
from (
  select line, row_number() over (partition by customer, cells order by line) as copy
  from (
    select line, xxhash64(customer_id) as customer, xxhash64(struct(* except (line, unparsed))) as cells
    from   lines
    where  customer_id is not null
      and  (order_id is not null and (product_id is not null or product is not null)) = cast(:named as boolean)) as hashed) as copies
where copy > 1
