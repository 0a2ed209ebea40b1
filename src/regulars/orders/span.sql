-- span     one row: the first day of the clean lines, the last on which something was bought, and how many are sales
-- reads    orders
-- gives    first_day, last_day, sales (lines)
select min(day) as first_day, coalesce(max(case when counts then last_day end), max(last_day)) as last_day,
       coalesce(sum(lines - returns), 0) as sales
from   orders
