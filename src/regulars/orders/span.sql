-- span     one row: the first day of the clean lines, and the last on which something was bought
-- reads    orders
-- gives    first_day, last_day
select min(day) as first_day, coalesce(max(case when counts then last_day end), max(last_day)) as last_day
from   orders
