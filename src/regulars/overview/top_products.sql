-- top_products  one row per product among the 20 with most sales or the 20 with most pieces
-- reads         product_sums
-- gives         code, sales, lines, pieces, profit, by_sales, by_pieces (booleans)
with selling as (
    select code from product_sums order by sales desc nulls last, lines desc, code limit 20),
moving as (
    select code from product_sums order by pieces desc nulls last, lines desc, code limit 20)
select product_sums.code, sales, lines, pieces, profit,
       selling.code is not null as by_sales, moving.code is not null as by_pieces
from   product_sums
left   join selling on selling.code = product_sums.code
left   join moving on moving.code = product_sums.code
where  selling.code is not null or moving.code is not null
