-- histories   one row per customer with an order day before $until: the history up to there, and what came after it
-- reads       order_days
-- gives       customer_id, repeats (order days after the first), recency_days (first to last order day), age_days (first
--             order day to the last day before $until), recent (repeats from $since on), spent (so far, net of returns),
--             later (order days from $until until before $end), later_spent
-- values      $since, $until, $end (days)
-- source      Fader, Hardie & Lee (2005): x, t_x, T
with counted as (
  select   customer_id,
           min(case when ordered then day end)                                                  as first_day,
           max(case when ordered and day < cast($until as date) then day end)                   as last_day,
           sum(case when ordered and day < cast($until as date) then 1 else 0 end)              as days,
           sum(case when ordered and day < cast($until as date) and day >= cast($since as date) then 1 else 0 end) as recent,
           sum(case when ordered and day >= cast($until as date) then 1 else 0 end)             as later,
           cast(sum(case when day < cast($until as date) then amount end) as decimal(28, 4))    as spent,
           cast(sum(case when day >= cast($until as date) then amount end) as decimal(28, 4))   as later_spent
  from     order_days
  where    day < cast($end as date)
  group by customer_id)
select customer_id,
       cast(days - 1 as integer)                                                                as repeats,
       cast(date_diff('day', first_day, last_day) as integer)                                   as recency_days,
       cast(date_diff('day', first_day, cast($until as date)) - 1 as integer)                   as age_days,
       cast(recent - case when first_day >= cast($since as date) then 1 else 0 end as integer)  as recent,
       cast(later as integer)                                                                   as later,
       spent,
       later_spent
from   counted
where  first_day < cast($until as date)
