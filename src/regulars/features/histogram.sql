-- histogram   one row per bin of one measure that holds a customer; what lies above the last edge is in the last bin
-- reads       features
-- gives       bin (int, 0-based), customers
-- values      $measure (recency_days, orders or monetary), $low, $width (doubles), $bins
select   cast(least(greatest(floor((value - cast($low as double)) / cast($width as double)), 0),
              cast($bins as integer) - 1) as integer) as bin,
         count(*) as customers
from (
  select cast(case when $measure = 'recency_days' then recency_days
                   when $measure = 'orders' then orders
                   else monetary end as double) as value
  from   features)
where    value is not null
group by bin
order by bin
