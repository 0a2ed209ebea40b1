-- gaps     one row per number of days that lay between two order days of a customer
-- reads    order_days
-- gives    gap (days), times
-- values   $until (day: earlier orders are looked at)
with steps as (
  select customer_id, day, row_number() over (partition by customer_id order by day) as nr
  from   order_days
  where  ordered and day < cast($until as date))
select   date_diff('day', a.day, b.day) as gap, count(*) as times
from     steps a
join     steps b on b.customer_id = a.customer_id and b.nr = a.nr + 1
group by date_diff('day', a.day, b.day)
order by gap
