-- next_cycles   one row per product: how often it is bought again, and after how many days; the fewer have bought it, the
--               nearer to what is usual in the shop
-- reads         next_products
-- gives         p, buyers, fresh, cycle (days, 1 or more), worth (root of the repeats a buyer, in thousandths)
with shop as (
  select cast(sum(repeats) as bigint) as repeats, cast(sum(gap_days) as bigint) as gap_days,
         cast(sum(buyers) as bigint) as buyers
  from   next_products),
usual as (
  select case when repeats > 0 then gap_days / repeats else 90 end as gap, repeats / buyers as rate from shop)
select n.p, n.buyers, n.fresh,
       cast(greatest(1, floor((n.gap_days + 20 * u.gap) / (n.repeats + 20) + 0.5)) as integer)         as cycle,
       cast(1 + floor(1000 * sqrt((n.repeats + 10 * u.rate) / (n.buyers + 10)) + 0.5) as bigint)      as worth
from       next_products n
cross join usual u
