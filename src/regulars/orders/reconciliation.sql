-- reconciliation   one row per fate of a line that has a customer: sale, return, or the reason why it was set aside
-- reads            entries, set_aside
-- gives            fate, lines, amount (decimal; NULL without amounts)
with parts as (
  select case when is_return then 'return' else 'sale' end as fate, count(*) as lines, sum(amount) as amount
  from   entries group by 1
  union all
  select case when is_return then 'return' else 'sale' end, -count(*), -sum(amount)
  from   set_aside group by 1
  union all
  select reason, count(*), sum(amount) from set_aside group by 1)
select   fate, sum(lines) as lines, sum(amount) as amount
from     parts
group by fate
having   sum(lines) > 0
order by fate
