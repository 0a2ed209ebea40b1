-- rhythm   one row per customer with an order that counts before $until: their rhythm, and whether they are beyond it
-- reads    gaps
-- gives    customer_id, gaps (between order days), gap_days (their sum), longest (the longest), silence (days from the
--          last order day to $until), state: own (quiet for longer than ever, and for twice the usual gap: 3 gaps or
--          more), shop (fewer gaps: quiet for longer than $usual days), steady, or unknown (one order day, no gaps in
--          the shop)
-- values   $until, $usual (the shop's gap that 90 % do not exceed)
with sums as (
  select   customer_id, count(gap) as gaps, sum(gap) as gap_days, max(gap) as longest,
           date_diff('day', max(day), cast($until as date)) as silence
  from     gaps
  where    day < cast($until as date)
  group by customer_id)
select customer_id, gaps, gap_days, longest, silence,
       case when gaps = 0 then 'unknown'
            when gaps >= 3 and silence > longest and silence * gaps > 2 * gap_days then 'own'
            when gaps < 3 and silence > cast($usual as bigint) then 'shop'
            else 'steady' end as state
from   sums
