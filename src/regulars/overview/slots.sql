-- slots    one row per weekday and hour of the day in which an order was placed
-- reads    order_ranks
-- gives    weekday (1 = Monday), hour, orders (those that count), sales (net), timed (0 where all stand at midnight)
select date_diff('day', date '1900-01-01', day) % 7 + 1 as weekday, -- 1 January 1900 was a Monday
       extract(hour from first_at)                      as hour,
       count(place)                                     as orders,
       sum(amount)                                      as sales,
       max(case when first_at > cast(day as timestamp) then 1 else 0 end) as timed
from   order_ranks
group  by 1, 2
order  by 1, 2
