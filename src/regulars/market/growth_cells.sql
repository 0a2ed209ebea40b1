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
grouped as (
  select segment as name, item, before, after from everything
  union all
  select '' as name, item, before, after from everything),
sums as (
  select   name, item, count(*) as customers, sum(before) as before, sum(after) as after
  from     grouped
  where    name is not null
  group by name, item),
residuals as (
  select g.name, g.item,
         s.customers * (cast(g.after as double) / nullif(cast(s.after as double), 0)
                        - cast(g.before as double) / nullif(cast(s.before as double), 0)) as x
  from   grouped g
  join   sums s on s.name = g.name and s.item = g.item),
spread as (
  select name, item, sum(cast(x * x as decimal(34, 9))) as squares
  from   residuals
  group by name, item)
select   s.name, s.item, coalesce(r.place, 0) as place, s.customers, s.before, s.after, q.squares
from     sums s
left join spread q on q.name = s.name and q.item = s.item
left join ranked r on r.item = s.item
where    coalesce(r.place, 0) <= cast($most as integer)
order by s.name, place
