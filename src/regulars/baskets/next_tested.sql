-- next_tested   one row per customer whose later purchases test the lists
-- reads         next_truth, next_customers
-- gives         c, draw, again, new (products bought since, had before or not)
select   t.c, w.draw, cast(sum(case when t.again then 1 else 0 end) as integer) as again,
         cast(sum(case when t.again then 0 else 1 end) as integer)               as new
from     next_truth t
join     next_customers w on w.c = t.c
group by t.c, w.draw
