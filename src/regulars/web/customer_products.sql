-- customer_products   one row per product that one customer bought, the largest net sales first
-- reads               sales
-- gives               code, product (its last name), pieces, amount (both net of returns), orders, last_day
-- values              $id, $most
select   coalesce(product_id, product) as code, max(product) as product, cast(sum(quantity) as double) as pieces,
         cast(sum(amount) as double) as amount, count(distinct case when not is_return then order_id end) as orders,
         max(day) as last_day
from     sales
where    customer_id = $id and coalesce(product_id, product) is not null
group by 1
order by sum(amount) desc nulls last, count(*) desc, 1
limit    $most
