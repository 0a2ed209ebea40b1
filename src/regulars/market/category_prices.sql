-- category_prices   one row per category: the mean price of a piece
-- reads    sales: category, amount, quantity (sales alone)
-- gives    category, price (double)
select   category, cast(sum(amount) as double) / cast(sum(quantity) as double) as price
from     sales
where    not is_return and quantity > 0 and amount > 0 and category is not null
group by category
