-- segment_baskets   one row per named segment: orders of its customers that name an item
-- reads             order_segments
-- gives             segment, baskets
select   segment, count(*) as baskets
from     order_segments
group by segment
order by segment
