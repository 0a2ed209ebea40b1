-- growth_cells   net sales of both periods by group and item: the shop's $most largest items, and all items together
-- reads    growth_parts
-- gives    name ('': the whole shop), item ('': all items), place (of the item by sales; 0: all), customers, before, after,
--          squares: of the residuals after / mean after - before / mean before (as price_groups); ordered by name, place
with ranked as (
  select item, row_number() over (order by sum(before) + sum(after) desc, item) as place
  from   growth_parts
  group by item),
everything as (
  select customer_id, segment, item, before, after from growth_parts
  union all
  select customer_id, segment, '' as item, sum(before) as before, sum(after) as after
  from   growth_parts
  group by customer_id, segment),
grouped as ( -- each row twice, for its segment and for the shop: the fewer times a table is named, the smaller Spark's plan
  select case when k.whole then '' else e.segment end as name, e.item, e.before, e.after
  from   everything e
  cross join (select true as whole union all select false as whole) as k),
summed as (
  select name, item, before, after,
         count(*) over (partition by name, item)    as customers,
         sum(before) over (partition by name, item) as all_before,
         sum(after) over (partition by name, item)  as all_after
  from   grouped
  where  name is not null),
residuals as (
  select name, item, customers, all_before, all_after,
         customers * (cast(after as double) / nullif(cast(all_after as double), 0)
                      - cast(before as double) / nullif(cast(all_before as double), 0)) as x
  from   summed)
select   q.name, q.item, coalesce(max(r.place), 0) as place, max(q.customers) as customers,
         max(q.all_before) as before, max(q.all_after) as after, sum(cast(q.x * q.x as decimal(34, 9))) as squares
from     residuals q
left join ranked r on r.item = q.item
where    coalesce(r.place, 0) <= cast($most as integer)
group by q.name, q.item
order by q.name, place
