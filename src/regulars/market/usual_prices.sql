-- usual_prices   one row per product that was sold at more than one price: its mean price
-- reads    sales: product_id, product, amount, quantity (sales alone)
-- gives    product, price (double: money per piece, weighted by pieces)
-- values   $by_code (bool: a product is its code; else its name)
select   case when $by_code then product_id else product end                  as product,
         cast(sum(amount) as double) / cast(sum(quantity) as double)           as price
from     sales
where    not is_return and quantity > 0 and amount > 0 and case when $by_code then product_id else product end is not null
group by case when $by_code then product_id else product end
having   min(cast(amount as double) / cast(quantity as double)) < max(cast(amount as double) / cast(quantity as double))
