-- period_products   one row per customer: how many products were bought in a period
-- reads             sales
-- gives             customer_id, products (int)
-- values            $since, $until (sales of since <= day < until)
select   customer_id, cast(count(*) as integer) as products
from     (select distinct customer_id, coalesce(product_id, product) as product
          from   sales
          where  not is_return and coalesce(product_id, product) is not null
            and  day >= cast($since as date) and day < cast($until as date))
group by customer_id
