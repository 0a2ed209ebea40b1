-- behind_basket   the customers who bought all items of a bundle in one basket
-- reads           sales; items: item
-- gives           customer_id
-- values          $by (product, category or subcategory), $basket (order, day or customer)
with held as (
  select customer_id, case $basket when 'order' then order_id when 'day' then cast(day as varchar) else '' end as basket,
         case $by when 'product' then coalesce(product_id, product) when 'category' then category
                  else subcategory end as item
  from   sales
  where  not is_return),
baskets as (
  select   h.customer_id, h.basket
  from     held h
  join     items i on i.item = h.item
  group by h.customer_id, h.basket
  having   count(distinct h.item) = (select count(*) from items))
select distinct customer_id
from   baskets
