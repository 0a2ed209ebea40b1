-- growth_parts   one row per customer and item with sales in either period
-- reads    sales, customers
-- gives    customer_id, segment, item, before, after (net sales, exact)
-- values   $by (the column that names the item), $before_start, $before_end, $after_start, $after_end (days)
with lines as (
  select s.customer_id, s.amount, s.day >= cast($after_start as date) as recent,
         case $by when 'category' then s.category when 'subcategory' then s.subcategory when 'region' then s.region
                  when 'country' then s.country when 'state' then s.state when 'city' then s.city
                  else s.market end as item
  from   sales s
  where  (s.day >= cast($before_start as date) and s.day < cast($before_end as date))
         or (s.day >= cast($after_start as date) and s.day < cast($after_end as date))),
parts as (
  select   customer_id, item, sum(case when not recent then amount else 0 end) as before,
           sum(case when recent then amount else 0 end) as after
  from     lines
  where    item is not null and amount is not null
  group by customer_id, item)
select p.customer_id, c.segment, p.item, p.before, p.after
from   parts p
join   customers c on c.customer_id = p.customer_id
