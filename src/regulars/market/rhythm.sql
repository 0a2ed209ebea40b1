-- rhythm   one row per customer with an order that counts before $until: their rhythm, and whether they are beyond it
-- reads    gaps
-- gives    customer_id, gaps (between order days), gap_days (their sum), usual_gap_days (their mean), longest,
--          silence (days from the last order day to $until), at_risk (bool; NULL: cannot say), and state:
--          own (3 gaps or more: quiet for longer than ever, and than twice the usual gap), shop (fewer gaps: quiet for
--          longer than $usual days), steady, or unknown (one order day, or few gaps in a shop of few gaps)
-- values   $until, $usual (the shop's gap that 90 % do not exceed; negative: it has too few to say)
with sums as (
  select   customer_id, count(gap) as gaps, sum(gap) as gap_days, max(gap) as longest,
           date_diff('day', max(day), cast($until as date)) as silence
  from     gaps
  where    day < cast($until as date)
  group by customer_id),
states as (
  select customer_id, gaps, gap_days, longest, silence,
         case when gaps = 0 or gaps < 3 and cast($usual as bigint) < 0 then 'unknown'
              when gaps >= 3 and silence > longest and silence * gaps > 2 * gap_days then 'own'
              when gaps < 3 and silence > cast($usual as bigint) then 'shop'
              else 'steady' end as state
  from   sums)
select customer_id, gaps, gap_days, cast(gap_days as double) / nullif(gaps, 0) as usual_gap_days, longest, silence,
       case when state <> 'unknown' then state <> 'steady' end as at_risk, state
from   states
