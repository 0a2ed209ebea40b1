-- gaps     one row per customer and day with an order that counts: the days since the one before
-- reads    orders: customer_id, day, counts
-- gives    customer_id, day, gap (int; NULL on the first day)
select customer_id, day,
       date_diff('day', lag(day) over (partition by customer_id order by day), day) as gap
from   (select distinct customer_id, day from orders where counts) as days
