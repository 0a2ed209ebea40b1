-- customer_prices   one row per customer who bought something: lines, discounts, and what was paid over what is usual
-- reads    sales, customers, usual_prices, category_prices
-- gives    customer_id, segment, cluster, lines, discount_lines, discount_sum, discount_most, discount_amount, amount,
--          paid and usual (products with more than one price), category_paid and category_usual; money exact
-- values   $by_code (as usual_prices)
with bought as (
  select s.customer_id, s.amount, s.discount,
         case when u.price is not null then s.amount end                                          as paid,
         cast(cast(s.quantity as double) * u.price as decimal(28, 4))                             as usual,
         case when c.price is not null then s.amount end                                          as category_paid,
         cast(cast(s.quantity as double) * c.price as decimal(28, 4))                             as category_usual
  from   sales s
  left join usual_prices u on u.product = case when $by_code then s.product_id else s.product end and s.quantity > 0 and s.amount > 0
  left join category_prices c on c.category = s.category and s.quantity > 0 and s.amount > 0
  where  not s.is_return),
sums as (
  select   customer_id,
           count(*)                                                       as lines,
           count(case when discount <> 0 then 1 end)                      as discount_lines,
           sum(case when discount <> 0 then abs(discount) end)            as discount_sum,
           max(abs(discount))                                             as discount_most,
           sum(case when discount <> 0 then amount end)                   as discount_amount,
           sum(amount)                                                    as amount,
           sum(paid)                                                      as paid,
           sum(usual)                                                     as usual,
           sum(category_paid)                                             as category_paid,
           sum(category_usual)                                            as category_usual
  from     bought
  group by customer_id)
select c.segment, c.cluster, s.*
from   sums s
join   customers c on c.customer_id = s.customer_id
