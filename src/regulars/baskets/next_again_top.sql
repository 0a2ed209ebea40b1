-- next_again_top   one row per customer and place: what the customer may buy again, the first best
-- reads            next_again, next_offers
-- gives            c, p, place, times, last_day, cycle, score
-- values           $by (rhythm | count | popular), $top (places)
with scored as (
  select a.*, o.weight * case when $by = 'rhythm' then a.rhythm when $by = 'count' then cast(a.times as bigint)
                              else a.buyers end as score
  from   next_again a
  join   next_offers o on o.p = a.p),
placed as (
  select *, row_number() over (partition by c order by score desc, times desc, last_day desc, buyers desc, p) as place
  from   scored)
select c, p, cast(place as integer) as place, times, last_day, cycle, score
from   placed
where  place <= $top
