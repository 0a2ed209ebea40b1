-- product_months   one row per month in which a product was sold or returned
-- reads            product_lines
-- gives            month (its first day), amount, pieces (both net of returns), orders (that hold a sale)
select   cast(date_trunc('month', day) as date) as month, cast(sum(amount) as double) as amount,
         cast(sum(quantity) as double) as pieces, count(distinct case when not is_return then order_id end) as orders
from     product_lines
group by 1
order by 1
