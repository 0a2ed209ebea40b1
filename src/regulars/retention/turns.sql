-- turns    one row per period: how often in it a customer came (for the first time, or after a lapse) and how often one
--          lapsed: a day ended with $lapse days without an order
-- reads    gaps, period_days
-- gives    period, came, lapsed; ordered. Their difference, added up, is how many are active at the end of a period
with steps as (
  select g.customer_id, g.gap, d.nr, d.period
  from   gaps g
  join   period_days d on d.day = g.day),
ends as (
  select nr - gap + cast($lapse as bigint) as nr from steps where gap > cast($lapse as bigint)
  union all
  select max(nr) + cast($lapse as bigint) as nr from steps group by customer_id),
events as (
  select period, 1 as came, 0 as lapsed from steps where gap is null or gap > cast($lapse as bigint)
  union all
  select d.period, 0 as came, 1 as lapsed from ends e join period_days d on d.nr = e.nr
  where  e.nr <= cast($last as bigint))
select   period, cast(sum(came) as bigint) as came, cast(sum(lapsed) as bigint) as lapsed
from     events
group by period
order by period
