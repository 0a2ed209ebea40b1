-- days     one row per day of the lines that have a customer: what tells a mistyped year from a shop's real span
-- reads    entries
-- gives    day (date), lines
select   day, count(*) as lines
from     entries
where    day is not null
group by day
order by day
