-- next_liked   one row per customer of a range and place: products not bought yet that go with what the customer bought
-- reads        next_pairs, next_drawn: c, draw; next_ages; next_similar: p, q (which goes with it), n (of p), weight;
--              next_offers
-- gives        c, p, place, score, because (n of the product that speaks most for it)
-- values       $low, $high (low <= draw < high), $top (places)
with mine as (
  select x.c, x.p, a.quarter as weight
  from   next_pairs x
  join   next_drawn w on w.c = x.c
  join   next_ages a on a.age = least(x.last_age, 4000)
  where  w.draw >= $low and w.draw < $high),
told as (
  select   m.c, s.q, cast(sum(m.weight * s.weight) as bigint) as score, max(m.weight * s.weight * 4096 + s.n) as most
  from     mine m
  join     next_similar s on s.p = m.p
  group by m.c, s.q),
fresh as (
  select    t.c, t.q as p, t.score * o.weight as score, t.most % 4096 as because
  from      told t
  join      next_offers o on o.p = t.q
  anti join mine m on m.c = t.c and m.p = t.q),
placed as (
  select *, row_number() over (partition by c order by score desc, p) as place from fresh)
select c, p, cast(place as integer) as place, score, cast(because as integer) as because
from   placed
where  place <= $top
