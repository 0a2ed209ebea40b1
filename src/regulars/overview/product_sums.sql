-- product_sums  one row per product code (where lines have none, per product name)
-- reads         sales
-- gives         code, sales, lines, pieces, profit
select coalesce(product_id, product) as code, sum(amount) as sales, count(*) as lines, sum(quantity) as pieces,
       sum(profit) as profit
from   sales
where  coalesce(product_id, product) is not null
group  by 1
