-- group_categories   what each group buys: its five largest categories (or products), with the totals their shares need
-- reads    sales: customer_id, category, product, product_id, amount; customers: customer_id, segment, cluster
-- gives    name, item, weight (net sales, or lines where the data hold no amounts), and the weight of the whole group
--          (of what did not come back altogether, so that no share passes 1), of the item in the shop and of the shop;
--          ordered by group and place
with lines as (
  select case when $kind = 'segment' then segment else cast(cluster as varchar) end as name,
         case $top_of when 'category' then category when 'product' then product else product_id end as item,
         amount
  from   sales join customers using (customer_id)
),
sums as (
  select name, item, cast(case when $money then sum(amount) else count(*) end as decimal(28, 4)) as weight
  from   lines
  group  by name, item
),
totals as (
  select name, item, weight,
         sum(case when weight > 0 then weight end) over (partition by name) as group_weight,
         sum(weight) over (partition by item)                               as item_weight,
         sum(weight) over ()                                                as shop_weight
  from   sums
),
ranked as (
  select *, row_number() over (partition by name order by weight desc, item) as place
  from   totals
  where  name is not null and item is not null and weight > 0
)
select name, item, weight, group_weight, item_weight, shop_weight
from   ranked
where  place <= 5
order  by name, place
