-- gaps     one row per number of days that lay between two order days of a customer
-- reads    order_days
-- gives    gap (days), times
-- values   $until (day: earlier orders are looked at)
with steps as (
  select day, lag(day) over (partition by customer_id order by day) as before
  from   order_days
  where  ordered and day < cast($until as date))
select   date_diff('day', before, day) as gap, count(*) as times
from     steps
where    before is not null
group by date_diff('day', before, day)
order by gap
