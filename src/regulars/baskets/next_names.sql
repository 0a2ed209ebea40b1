-- next_names   one row per product, name and category that it goes by
-- reads        sales
-- gives        code, name, category, subcategory, lines, sales, profit (sums over the lines that were bought)
select   code, name, category, subcategory, count(*) as lines, sum(amount) as sales, sum(profit) as profit
from    (select coalesce(product_id, product) as code, product as name, category, subcategory, amount, profit
         from   sales
         where  not is_return) as bought
where    code is not null
group by code, name, category, subcategory
