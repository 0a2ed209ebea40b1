-- next_shelf   one row per product of which something is learned: those that most customers bought
-- reads        next_products
-- gives        p, n (numbered from 0), buyers, fresh
-- values       $most (how many)
with numbered as (
  select p, buyers, fresh, row_number() over (order by buyers desc, p) - 1 as n
  from   next_products
  where  buyers >= 2)
select p, cast(n as integer) as n, buyers, fresh
from   numbered
where  n < $most
