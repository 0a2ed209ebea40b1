-- breadth   one row per customer: how many products, and which category brings the most net sales (ties: by name)
-- reads     sales
-- gives     customer_id, products (int), top_category
with products as (
  select   customer_id, count(*) as products
  from     (select distinct customer_id, coalesce(product_id, product) as product from sales
            where not is_return and coalesce(product_id, product) is not null)
  group by customer_id),
ranked as (
  select customer_id, category, row_number() over (partition by customer_id order by worth desc, category) as place
  from   (select customer_id, category, coalesce(sum(amount), count(*)) as worth from sales
          where category is not null group by customer_id, category))
select    p.customer_id, cast(p.products as integer) as products, r.category as top_category
from      products p
left join ranked r on r.customer_id = p.customer_id and r.place = 1
