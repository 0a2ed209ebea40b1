-- basket_sizes   one row per basket that names an item
-- reads          basket_items
-- gives          b, size (distinct items, rare ones too), stratum (baskets of about equal size: to ten exact, then wider),
--                day (of its first line)
select b, size, day,
       case when size <= 10 then size when size <= 12 then 11 when size <= 15 then 12 when size <= 20 then 13
            when size <= 28 then 14 when size <= 40 then 15 when size <= 60 then 16 when size <= 100 then 17
            when size <= 200 then 18 else 19 end as stratum
from   (select b, cast(count(*) as integer) as size, min(day) as day from basket_items group by b) as sized
