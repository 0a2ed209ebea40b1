-- left_out   one row per customer of the input without any clean line, with the reason that took most of the lines
-- reads      lines, set_aside, orders
-- gives      customer_id, reason, lines
with counted as (
  select   l.customer_id, s.reason, count(*) as lines
  from     set_aside s
  join     lines l on l.line = s.line
  where    l.customer_id not in (select customer_id from orders)
  group by l.customer_id, s.reason)
select customer_id, reason, lines
from (
  select customer_id, reason, cast(sum(lines) over (partition by customer_id) as bigint) as lines,
         row_number() over (partition by customer_id order by lines desc, reason) as place
  from   counted)
where place = 1
