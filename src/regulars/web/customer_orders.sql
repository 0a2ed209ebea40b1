-- customer_orders   one row per order and day of one customer, the latest first
-- reads             sales
-- gives             order_id, day, amount (net of returns), pieces, lines, is_return (nothing but returns)
-- values            $id, $most
select   order_id, day, cast(sum(amount) as double) as amount, cast(sum(quantity) as double) as pieces,
         count(*) as lines, bool_and(is_return) as is_return
from     sales
where    customer_id = $id
group by order_id, day
order by day desc, order_id desc
limit    $most
