-- basket_span   one row: how many baskets there are, and their days
-- reads         basket_sizes
-- gives         baskets, first_day, last_day
select count(*) as baskets, min(day) as first_day, max(day) as last_day
from   basket_sizes
