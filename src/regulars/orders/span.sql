-- span     one row: the first and the last day of the clean lines
-- reads    orders
-- gives    first_day, last_day
select min(day) as first_day, max(last_day) as last_day from orders
