-- lines    one row per clean order line: what filtered pages sum up, customers and orders by number, which is read and
--          grouped in a third of the time
-- reads    sales, places, numbered
-- gives    customer_id (the place, as in places), order_id (the number, as in numbered), product_id, product, category,
--          subcategory, country, ship_mode, day, ordered_at, is_return, amount, quantity, profit, discount
select cast(n.place as integer) as customer_id, n.nr as order_id, s.product_id, s.product, s.category, s.subcategory,
       s.country, s.ship_mode, s.day, s.ordered_at, s.is_return, s.amount, s.quantity, s.profit, s.discount
from   sales s
join   places l on l.customer_id = s.customer_id
join   numbered n on n.place = l.place and n.order_id = s.order_id
