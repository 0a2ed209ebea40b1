-- next_learned   one row per customer of a sample and product of the shelf that the customer bought
-- reads          next_pairs, next_shelf, next_customers; next_ages: age, quarter (a weight that halves every 90 days)
-- gives          c, n, weight
-- values         $below (of the draw)
select x.c, h.n, a.quarter as weight
from   next_pairs x
join   next_customers w on w.c = x.c
join   next_shelf h on h.p = x.p
join   next_ages a on a.age = least(x.last_age, 4000)
where  w.draw < $below
