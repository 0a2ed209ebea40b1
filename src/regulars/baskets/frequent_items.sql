-- frequent_items   one row per item that enough baskets hold, numbered from 0: the rarest first, ties by code
-- reads            item_labels, item_counts
-- gives            i, item (number), code, name (that most of its lines carry), baskets, sales, profit
-- values           $least (baskets)
with named as (
  select l.i, l.code, l.name, l.sales, l.profit, c.baskets,
         row_number() over (partition by l.i order by case when l.name is null then 1 else 0 end, l.lines desc, l.name)
           as place
  from   item_labels l
  join   item_counts c on c.i = l.i
  where  c.baskets >= $least),
items as (
  select   i, code, max(case when place = 1 then name end) as name, max(baskets) as baskets, sum(sales) as sales,
           sum(profit) as profit
  from     named
  group by i, code)
select i, cast(row_number() over (order by baskets, code desc) - 1 as integer) as item, code, name, baskets, sales,
       profit
from   items
