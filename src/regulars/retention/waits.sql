-- waits    how long customers waited, as counts by days: one row per question and number of days
-- reads    first_steps
-- gives    what: second (from the first order to the second), lapse (from the first order to the first lapse), back (from
--          that lapse to the return); days, events, censored (not seen yet when the data end); what = second_watched
--          and back_watched count how long customers were watched, whatever happened; ordered
-- values   $last (the last day's number), $since (number of a day: customers first seen from then on)
with seen as (
  select 'second' as what, coalesce(second_nr, cast($last as bigint)) - first_nr as days,
         second_nr is not null as happened
  from   first_steps
  where  first_nr >= cast($since as bigint)
  union all
  select 'lapse' as what, least(lapse_nr, cast($last as bigint)) - first_nr as days,
         lapse_nr <= cast($last as bigint) as happened
  from   first_steps
  where  first_nr >= cast($since as bigint)
  union all
  select 'back' as what, coalesce(back_nr, cast($last as bigint)) - lapse_nr as days, back_nr is not null as happened
  from   first_steps
  where  lapse_nr <= cast($last as bigint)
  union all
  select 'second_watched' as what, cast($last as bigint) - first_nr as days, false as happened
  from   first_steps
  where  first_nr >= cast($since as bigint)
  union all
  select 'back_watched' as what, cast($last as bigint) - lapse_nr as days, false as happened
  from   first_steps
  where  lapse_nr <= cast($last as bigint))
select   what, days, count(case when happened then 1 end) as events,
         count(case when not happened then 1 end) as censored
from     seen
group by what, days
order by what, days
