-- selling_days  one row per day with an order
-- reads         order_ranks
select distinct day from order_ranks order by day
