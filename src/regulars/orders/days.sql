-- days     one row per day of the lines that have a customer: what tells a mistyped year from a shop's real span
-- reads    entries
-- gives    day (date), lines
select   cast(ordered_at as date) as day, count(*) as lines
from     entries
where    ordered_at is not null
group by 1
order by day
