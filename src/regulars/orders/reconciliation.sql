-- reconciliation   one row per fate of a line that has a customer: sale, return, or the reason why it was set aside
-- reads            entries, set_aside
-- gives            fate, lines, amount (decimal; NULL without amounts)
select   coalesce(s.reason, case when e.is_return then 'return' else 'sale' end) as fate,
         count(*) as lines, sum(e.amount) as amount
from      entries e
left join set_aside s on s.line = e.line
group by 1
order by 1
