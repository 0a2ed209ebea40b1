-- reconciliation   one row per fate of a line: sale, return, or the reason why it was set aside
-- reads            lines, set_aside
-- gives            fate, lines, amount (decimal; NULL without amounts)
select   fate, count(*) as lines, sum(amount) as amount
from (
  select case when l.quantity < 0 and l.amount > 0 then -l.amount else l.amount end as amount,
         case when l.customer_id is null then 'no_customer'
              when s.reason is not null then s.reason
              when l.quantity < 0 or l.amount < 0 then 'return'
              else 'sale' end as fate
  from      lines l
  left join set_aside s on s.line = l.line)
group by fate
order by fate
