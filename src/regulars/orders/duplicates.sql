-- duplicates   one row per line that repeats an earlier line in every column (its number in the input aside)
-- reads        lines
-- gives        line, named (bool: it names an order and a product, so that two equal purchases are no explanation)
-- why          a hash of the whole line finds the suspects; only those are compared column by column
with suspects as (
  select   hash(*columns(* exclude (line))) as fingerprint
  from     lines
  where    customer_id is not null
  group by fingerprint
  having   count(*) > 1)
select line, order_id is not null and coalesce(product_id, product) is not null as named
from (
  select line, order_id, product_id, product,
         row_number() over (partition by md5(cast(row(*columns(* exclude (line))) as varchar)) order by line) as copy
  from   lines
  where  customer_id is not null
    and  hash(*columns(* exclude (line))) in (select fingerprint from suspects))
where copy > 1
