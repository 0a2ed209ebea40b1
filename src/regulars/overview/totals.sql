-- totals   one row: the lines in sum, which columns hold anything, and the discounts
-- reads    sales
-- gives    lines, sales, profit, free_lines; discount_* over lines with a discount, rest_* over the other lines
select count(*)                                                             as lines,
       sum(amount)                                                          as sales,
       sum(profit)                                                          as profit,
       count(*) filter (where amount = 0 and not is_return)                 as free_lines,
       count(category)                                                      as with_category,
       count(subcategory)                                                   as with_subcategory,
       count(coalesce(product_id, product))                                 as with_product,
       count(discount)                                                      as with_discount,
       max(abs(discount))                                                   as discount_most,
       count(*) filter (where discount <> 0 and not is_return)              as discount_lines,
       count(*) filter (where not is_return)                                as sale_lines,
       sum(abs(discount)) filter (where discount <> 0 and not is_return)    as discount_sum,
       sum(amount) filter (where not is_return)                             as sale_amount,
       sum(amount) filter (where discount <> 0 and not is_return)           as discount_amount,
       sum(profit) filter (where discount <> 0 and not is_return)           as discount_profit,
       sum(amount) filter (where not is_return and coalesce(discount, 0) = 0) as rest_amount,
       sum(profit) filter (where not is_return and coalesce(discount, 0) = 0) as rest_profit
from   sales
where  day >= cast($since as date) and day < cast($until as date)
