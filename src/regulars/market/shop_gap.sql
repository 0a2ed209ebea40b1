-- shop_gap   one row: how many gaps between order days there are before $until, and the gap that 90 % do not exceed
-- reads      gaps
-- gives      gaps, usual (int; NULL without a gap)
with counted as (
  select   gap, count(*) as n
  from     gaps
  where    gap is not null and day < cast($until as date)
  group by gap),
summed as (
  select gap, n, sum(n) over (order by gap rows between unbounded preceding and current row) as upto,
         sum(n) over () as whole
  from   counted)
select cast(coalesce(sum(n), 0) as bigint) as gaps, min(case when 10 * upto >= 9 * whole then gap end) as usual
from   summed
