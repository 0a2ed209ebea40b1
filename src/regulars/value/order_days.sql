-- order_days   one row per customer and day with an order: to the models of value, orders of a day are one
-- reads        orders
-- gives        customer_id, day, ordered (bool: an order that counts, not returns alone), amount (net of returns; NULL
--              without amounts)
-- source       Fader, Hardie & Lee (2005) count CDNOW's transactions like this
select   customer_id, day, bool_or(counts) as ordered, cast(sum(amount) as decimal(28, 4)) as amount
from     orders
group by customer_id, day
