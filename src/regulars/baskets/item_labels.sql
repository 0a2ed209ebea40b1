-- item_labels   one row per item and product name that it goes by
-- reads         sales
-- gives         i (the hash of its code; it lives in this run alone), code, name (NULL but for products), lines, sales,
--               profit (sums over the lines that were bought)
-- values        $level (product | subcategory | category)
select   hash(code) as i, code, name, count(*) as lines, sum(amount) as sales, sum(profit) as profit
from    (select case $level when 'product' then coalesce(product_id, product)
                            when 'subcategory' then subcategory else category end as code,
                case when $level = 'product' then product end                     as name, amount, profit
         from   sales
         where  not is_return) as bought
where    code is not null
group by code, name
