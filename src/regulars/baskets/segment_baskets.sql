-- segment_baskets   one row per named segment: baskets of its customers that name an item
-- reads             sales, customers: customer_id, segment
-- gives             segment, baskets
-- values            $basket (order | customer | day), $level (product | subcategory | category)
with per_customer as (
  select   customer_id, count(distinct case $basket when 'order' then order_id
                                                    when 'day' then cast(day as varchar) else '' end) as baskets
  from     sales
  where    not is_return
       and case $level when 'product' then coalesce(product_id, product)
                       when 'subcategory' then subcategory else category end is not null
  group by customer_id)
select   c.segment, cast(sum(p.baskets) as bigint) as baskets
from     per_customer p
join     customers c on c.customer_id = p.customer_id
group by c.segment
order by c.segment
