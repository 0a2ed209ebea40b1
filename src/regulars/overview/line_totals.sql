-- line_totals  one row: the lines in sum, which columns hold anything, and the discounts
-- reads        sales
-- gives        lines, sales, profit; discount_*: sale lines with a discount, rest_*: the other sale lines; with_*: filled
select count(*)                                                            as lines,
       sum(amount)                                                         as sales,
       sum(profit)                                                         as profit,
       count(category)                                                     as with_category,
       count(subcategory)                                                  as with_subcategory,
       count(coalesce(product_id, product))                                as with_product,
       count(country)                                                      as with_country,
       count(ship_mode)                                                    as with_ship_mode,
       count(discount)                                                     as with_discount,
       max(abs(discount))                                                  as discount_most,
       count(*) filter (where not is_return)                               as sale_lines,
       sum(amount) filter (where not is_return)                            as sale_amount,
       count(*) filter (where discount <> 0 and not is_return)             as discount_lines,
       sum(abs(discount)) filter (where discount <> 0 and not is_return)   as discount_sum,
       sum(amount) filter (where discount <> 0 and not is_return)          as discount_amount,
       sum(profit) filter (where discount <> 0 and not is_return)          as discount_profit,
       sum(amount) filter (where coalesce(discount, 0) = 0 and not is_return) as rest_amount,
       sum(profit) filter (where coalesce(discount, 0) = 0 and not is_return) as rest_profit
from   sales
