-- order_ranks  one row per order of a part of the lines; `place` is its place among the customer's orders of this part that
--              count (NULL: does not count), after the orders that the customer had placed before
-- reads        orders; customers: customer_id, first_order
-- gives        customer_id, order_id, day, first_at, amount, lines, pieces, profit, place
with ranked as (
  select customer_id, order_id, day, first_at, amount, lines, pieces, profit, counts,
         row_number() over (partition by customer_id, counts order by first_at, order_id) as place,
         min(day) over (partition by customer_id, counts)                                 as first_here
  from   orders)
select r.customer_id, r.order_id, r.day, r.first_at, r.amount, r.lines, r.pieces, r.profit,
       case when r.counts then r.place + case when r.first_here > c.first_order then 1 else 0 end end as place
from   ranked r
join   customers c on c.customer_id = r.customer_id
