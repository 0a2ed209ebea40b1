-- item_counts   one row per item: in how many baskets it was bought
-- reads         basket_items
-- gives         i, baskets
select   i, count(*) as baskets
from     basket_items
group by i
