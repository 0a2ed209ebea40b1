-- earlier   one row per customer of a first period: their features, and what they did in the days after it
-- reads     before (the period until the cut); orders
-- gives     the columns of before, spent (net sales of the orders placed in the days after, 0 where there were none; NULL
--           without amounts), returned (1: something was bought and kept in those days)
-- values    $cut (end of the first period), $until (end of the days after)
with afterwards as (
  select   customer_id, sum(amount) as spent, max(case when counts then 1 else 0 end) as returned
  from     orders
  where    day >= cast($cut as date) and day < cast($until as date)
  group by customer_id)
select    b.*,
          case when b.monetary is not null then coalesce(a.spent, 0) end as spent,
          coalesce(a.returned, 0) as returned
from      before b
left join afterwards a on a.customer_id = b.customer_id
