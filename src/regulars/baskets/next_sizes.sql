-- next_sizes   one row: what there is to learn from
-- reads        next_days, next_items; next_stock: code
-- gives        days (purchases: customer, product and day), first_day, customers, products, known (products of the list
--              of stock), profits (products whose profit is known)
select count(*) as days, min(day) as first_day, count(distinct c) as customers, count(distinct p) as products,
       (select count(*) from next_items i join next_stock k on k.code = i.code) as known,
       (select count(profit) from next_items)                                  as profits
from   next_days
