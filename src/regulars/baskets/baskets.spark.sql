-- baskets   one row per basket, numbered from 0 without gaps, in no order that means anything
-- reads     basket_sizes
-- gives     b, number, cell (stratum of its size, 20 more where it falls into the late period), size
-- values    :late (first day of the late period)
-- twin      one row_number over everything would bring all baskets to one machine: numbered within 256 parts
with parts as (
  select pmod(b, 256) as part, count(*) as held from basket_sizes group by 1),
starts as (
  select part, sum(held) over (order by part) - held as start from parts)
select z.b, cast(s.start + row_number() over (partition by s.part order by z.b) - 1 as int) as number, z.size,
       cast(z.stratum + case when z.day >= cast(:late as date) then 20 else 0 end as tinyint) as cell
from   basket_sizes z
join   starts s on s.part = pmod(z.b, 256)
