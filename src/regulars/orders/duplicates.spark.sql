-- duplicates   one row per line that repeats an earlier line in every column (its number in the input aside)
-- reads        lines
-- gives        line, named (bool: it names an order and a product, so that two equal purchases are no explanation)
-- twin         Spark's HASH has 32 bits and would lose rows: xxhash64 finds the suspects
with cells as (
  select line, order_id, product_id, product, struct(* except (line)) as cells
  from   lines
  where  customer_id is not null),
suspects as (
  select   xxhash64(cells) as fingerprint
  from     cells
  group by xxhash64(cells)
  having   count(*) > 1)
select line, order_id is not null and coalesce(product_id, product) is not null as named
from (
  select line, order_id, product_id, product,
         row_number() over (partition by md5(cast(cells as string)) order by line) as copy
  from   cells
  where  xxhash64(cells) in (select fingerprint from suspects))
where copy > 1
