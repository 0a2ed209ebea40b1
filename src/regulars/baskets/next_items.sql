-- next_items   one row per product that was bought, numbered from 0 by its code
-- reads        next_names
-- gives        p (number), code, name (with the code where several products share it), category, subcategory (that most
--              of its lines carry), sales, profit
with named as (
  select *, row_number() over (partition by code order by case when name is null then 1 else 0 end, lines desc,
                               coalesce(name, ''), coalesce(category, ''), coalesce(subcategory, '')) as place
  from   next_names),
items as (
  select   code, max(case when place = 1 then name end) as name, max(case when place = 1 then category end) as category,
           max(case when place = 1 then subcategory end) as subcategory, sum(sales) as sales, sum(profit) as profit
  from     named
  group by code),
shared as (select name, count(*) as products from items where name is not null group by name)
select    cast(row_number() over (order by i.code) - 1 as integer) as p, i.code,
          case when h.products > 1 then concat(i.name, ' (', i.code, ')') else i.name end as name, i.category,
          i.subcategory, i.sales, i.profit
from      items i
left join shared h on h.name = i.name
