-- order_ranks  one row per order; `place` is its place among the customer's orders that count (NULL: does not count)
-- reads        orders
-- gives        customer_id, order_id, day, first_at, amount, lines, pieces, profit, place
select customer_id, order_id, day, first_at, amount, lines, pieces, profit,
       case when counts then row_number() over (partition by customer_id, counts order by first_at, order_id) end as place
from   orders
