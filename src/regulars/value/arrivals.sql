-- arrivals   one row per week of the shop: who came first, and how often those known by $until came back
-- reads      order_days
-- gives      week (0-based, from $start), firsts (customers whose first order day lies in it), repeats (further order days)
-- values     $start, $until (days; customers who came first on $until or later are left out)
with ordered as (
  select customer_id, day, row_number() over (partition by customer_id order by day) as nr,
         min(day) over (partition by customer_id) as first_day
  from   order_days
  where  ordered)
select   cast(floor(date_diff('day', cast($start as date), day) / 7) as integer) as week,
         sum(case when nr = 1 then 1 else 0 end)                                 as firsts,
         sum(case when nr > 1 then 1 else 0 end)                                 as repeats
from     ordered
where    first_day < cast($until as date)
group by cast(floor(date_diff('day', cast($start as date), day) / 7) as integer)
order by week
