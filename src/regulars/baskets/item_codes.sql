-- item_codes   one row per item that enough baskets hold: what it is called in the data, what it brings
-- reads        sales, item_counts
-- gives        i, code, baskets, sales, profit (sums over the lines that were bought)
-- values       $level (product | subcategory | category), $least (baskets)
select   c.i, s.code, max(c.baskets) as baskets, sum(s.amount) as sales, sum(s.profit) as profit
from    (select case $level when 'product' then coalesce(product_id, product)
                            when 'subcategory' then subcategory else category end as code, amount, profit
         from   sales
         where  not is_return) as s
join     item_counts c on c.i = hash(s.code)
where    c.baskets >= $least and s.code is not null
group by c.i, s.code
