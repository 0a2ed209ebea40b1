-- next_most   one row per list and product of the ten that stand first for most customers
-- reads       next_result
-- gives       list, place, product_id, product, customers (in whose list it stands)
with counted as (
  select   list, product_id, product, count(*) as customers, sum(case when place = 1 then 1 else 0 end) as firsts
  from     next_result
  group by list, product_id, product),
placed as (
  select *, row_number() over (partition by list order by customers desc, firsts desc, product_id) as place from counted)
select   list, cast(place as integer) as place, product_id, product, customers
from     placed
where    place <= 10
order by list, place
