-- dates    one row per day with an order
-- reads    orders
-- gives    day; ordered
select distinct day from orders order by day
