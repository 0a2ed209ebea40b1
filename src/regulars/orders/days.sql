-- days     one row per day of the lines that have a customer: what tells a mistyped year from a shop's real span
-- reads    lines
-- gives    day (date), lines
select   cast(ordered_at as date) as day, count(*) as lines
from     lines
where    customer_id is not null and ordered_at is not null
group by 1
order by day
