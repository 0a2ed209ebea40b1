-- usual_prices   one row per product that was sold at more than one price: its mean price
-- reads    sales: product_id, product, amount, quantity (sales alone)
-- gives    product, price (double: money per piece, weighted by pieces)
select   coalesce(product_id, product)                                         as product,
         cast(sum(amount) as double) / cast(sum(quantity) as double)           as price
from     sales
where    not is_return and quantity > 0 and amount > 0 and coalesce(product_id, product) is not null
group by coalesce(product_id, product)
having   min(cast(amount as double) / cast(quantity as double)) < max(cast(amount as double) / cast(quantity as double))
