-- turns    one row per period: how often in it a customer came (for the first time, or after a lapse) and how often one
--          lapsed: a day ended with $lapse days without an order
-- reads    gaps, period_days, first_steps
-- gives    period, came, lapsed; ordered. Their difference, added up, is how many are active at the end of a period
with arrivals as (
  select d.nr, d.period, g.gap
  from   gaps g
  join   period_days d on d.day = g.day
  where  g.gap is null or g.gap > cast($lapse as bigint)),
ends as (
  select nr - gap + cast($lapse as bigint) as nr from arrivals where gap is not null
  union all
  select last_nr + cast($lapse as bigint) as nr from first_steps
  where  last_nr + cast($lapse as bigint) <= cast($last as bigint)),
events as (
  select period, 1 as came, 0 as lapsed from arrivals
  union all
  select d.period, 0 as came, 1 as lapsed from ends e join period_days d on d.nr = e.nr)
select   period, cast(sum(came) as bigint) as came, cast(sum(lapsed) as bigint) as lapsed
from     events
group by period
order by period
