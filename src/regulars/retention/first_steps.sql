-- first_steps   one row per customer with an order that counts; days are numbered as in period_days
-- reads    gaps, period_days
-- gives    first_nr, second_nr (day of the second order day; NULL: none yet), last_nr (of the last one), lapse_nr (the
--          first day that ended with $lapse days without an order; it may lie ahead), back_nr (the order day after it;
--          NULL: not back)
select   min(d.nr)                                               as first_nr,
         min(case when g.gap is not null then d.nr end)          as second_nr,
         max(d.nr)                                               as last_nr,
         coalesce(min(case when g.gap > cast($lapse as bigint) then d.nr - g.gap end), max(d.nr))
           + cast($lapse as bigint)                              as lapse_nr,
         min(case when g.gap > cast($lapse as bigint) then d.nr end) as back_nr
from     gaps g
join     period_days d on d.day = g.day
group by g.customer_id
