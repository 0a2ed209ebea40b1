-- next_buyers   one row: how many customers bought a product that is named, as next_customers has them
-- reads         sales
-- gives         customers
select count(distinct customer_id) as customers
from   sales
where  not is_return and coalesce(product_id, product) is not null
