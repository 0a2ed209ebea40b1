-- next_again   one row per customer and product that the customer bought before the day
-- reads        next_days, next_drawn: c; next_cycles; next_fades: step, weight (halves every 20 steps)
-- gives        c, p, times, last_day, cycle, buyers, rhythm (purchases, each halved every five cycles of the product,
--              times what the product is worth: how often people come back for it)
-- values       $until
with faded as (
  select d.c, d.p, d.day, y.cycle, y.buyers, y.worth,
         cast(least(400, floor(4.0 * date_diff('day', d.day, cast($until as date)) / y.cycle)) as integer) as step
  from   next_days d
  join   next_drawn w on w.c = d.c
  join   next_cycles y on y.p = d.p
  where  d.day < cast($until as date))
select   a.c, a.p, cast(count(*) as integer) as times, max(a.day) as last_day, max(a.cycle) as cycle,
         max(a.buyers) as buyers, cast(sum(f.weight) * max(a.worth) as bigint) as rhythm
from     faded a
join     next_fades f on f.step = a.step
group by a.c, a.p
