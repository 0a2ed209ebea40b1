-- next_days   one row per customer, product and day on which it was bought; what came back is not taken out
-- reads       sales, next_items
-- gives       c (hash of the customer; it lives in this run alone), p, day
select distinct hash(s.customer_id) as c, n.p, s.day
from   sales s
join   next_items n on n.code = coalesce(s.product_id, s.product)
where  not s.is_return
