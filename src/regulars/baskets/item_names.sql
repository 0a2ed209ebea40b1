-- item_names   one row per frequent product: the name that most of its lines carry
-- reads        sales, frequent_items
-- gives        item, name
with named as (
  select   f.item, s.product as name, count(*) as lines
  from     sales s
  join     frequent_items f on f.code = coalesce(s.product_id, s.product)
  where    s.product is not null and not s.is_return
  group by f.item, s.product),
ranked as (
  select item, name, row_number() over (partition by item order by lines desc, name) as place from named)
select item, name
from   ranked
where  place = 1
order by item
