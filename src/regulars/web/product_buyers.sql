-- product_buyers   the customers who brought most with a product
-- reads            product_lines, customers
-- gives            customer_id, segment, amount, pieces (net of returns), orders (that hold a sale), last_day
-- values           $most
select   l.customer_id, max(c.segment) as segment, cast(sum(l.amount) as double) as amount,
         cast(sum(l.quantity) as double) as pieces,
         count(distinct case when not l.is_return then l.order_id end) as orders, max(l.day) as last_day
from     product_lines l
join     customers c on c.customer_id = l.customer_id
group by l.customer_id
having   bool_or(not l.is_return)
order by sum(l.amount) desc nulls last, l.customer_id
limit    $most
