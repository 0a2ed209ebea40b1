-- segment_bundles   one row per bundle and named segment: baskets of its customers that hold the whole bundle
-- reads             sales, customers: customer_id, segment; bundle_items: bundle, code, size
-- gives             bundle, segment, baskets
-- values            $basket (order | customer | day), $level (product | subcategory | category)
with lines as (
  select customer_id,
         case $basket when 'order' then order_id when 'day' then cast(day as varchar) else '' end as basket,
         case $level when 'product' then coalesce(product_id, product)
                     when 'subcategory' then subcategory else category end as code
  from   sales
  where  not is_return),
held as (
  select   b.bundle, l.customer_id, l.basket
  from     lines l
  join     bundle_items b on b.code = l.code
  group by b.bundle, b.size, l.customer_id, l.basket
  having   count(distinct l.code) = b.size)
select   h.bundle, c.segment, count(*) as baskets
from     held h
join     customers c on c.customer_id = h.customer_id
group by h.bundle, c.segment
order by h.bundle, c.segment
