-- customer_months   one row per month in which one customer bought or returned
-- reads             sales
-- gives             month (its first day), orders (that hold a sale), amount (net of returns)
-- values            $id
select   cast(date_trunc('month', day) as date) as month,
         count(distinct case when not is_return then order_id end) as orders,
         cast(sum(amount) as double) as amount
from     sales
where    customer_id = $id
group by 1
order by 1
