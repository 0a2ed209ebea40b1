-- reconciliation   one row per fate of a line that has a customer: sale, return, or the reason why it was set aside
-- reads            orders, set_aside
-- gives            fate, lines, amount (decimal; NULL without amounts)
with fates as (
  select 'sale' as fate, sum(lines - returns) as lines, sum(sales_amount) as amount
  from   orders
  union all
  select 'return', sum(returns), sum(amount - sales_amount)
  from   orders
  union all
  select   reason, count(*), sum(amount)
  from     set_aside
  group by reason)
select   fate, lines, amount
from     fates
where    lines > 0
order by fate
