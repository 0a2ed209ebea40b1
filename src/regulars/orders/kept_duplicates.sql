-- kept_duplicates   one row: exact repeats among the lines, all of them and those that name no order or no product
-- reads             duplicates
-- gives             lines, unnamed
select count(*) as lines, count(case when not named then 1 end) as unnamed
from   duplicates
