-- samples   up to three lines for each reason of setting aside, no personal columns
-- reads     lines, set_aside
-- gives     reason, line, order_id, ordered_at, product_id, product, quantity, amount, status
with first as (
  select line, reason
  from   (select line, reason, row_number() over (partition by reason order by line) as place from set_aside)
  where  place <= 3
  union all
  select line, 'no_customer' as reason from (select line from lines where customer_id is null order by line limit 3))
select   f.reason, l.line, l.order_id, l.ordered_at, l.product_id, l.product, l.quantity, l.amount, l.status
from     first f
join     lines l on l.line = f.line
order by f.reason, l.line
