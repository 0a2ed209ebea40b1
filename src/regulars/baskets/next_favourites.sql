-- next_favourites   one row per customer and place: the products of the shop's best ones that the customer has not bought
-- reads             next_pairs, next_drawn: c; next_shelf, next_offers
-- gives             c, p, place
-- values            $by (popular: most buyers | fresh: most new buyers of late), $top (places)
with best as (
  select h.p, row_number() over (order by o.weight * case when $by = 'fresh' then h.fresh else h.buyers end desc, h.p)
              as place
  from   next_shelf h
  join   next_offers o on o.p = h.p),
first as (select p, place from best where place <= 300),
held as (select x.c, f.p from next_pairs x join first f on f.p = x.p),
deep as (select c, count(*) as held from held group by c),
near as (
  select    w.c, f.p, f.place
  from      next_drawn w
  left join deep d on d.c = w.c
  join      first f on f.place <= $top + coalesce(d.held, 0)),
placed as (
  select    o.c, o.p, row_number() over (partition by o.c order by o.place) as place
  from      near o
  anti join held h on h.c = o.c and h.p = o.p)
select c, p, cast(place as integer) as place
from   placed
where  place <= $top
