-- next_items   one row per product that was bought, numbered from 0 by its code
-- reads        next_names
-- gives        p (number), code, name, category, subcategory (that most of its lines carry), sales, profit
with named as (
  select *, row_number() over (partition by code order by case when name is null then 1 else 0 end, lines desc,
                               coalesce(name, ''), coalesce(category, ''), coalesce(subcategory, '')) as place
  from   next_names),
items as (
  select   code, max(case when place = 1 then name end) as name, max(case when place = 1 then category end) as category,
           max(case when place = 1 then subcategory end) as subcategory, sum(sales) as sales, sum(profit) as profit
  from     named
  group by code)
select cast(row_number() over (order by code) - 1 as integer) as p, code, name, category, subcategory, sales, profit
from   items
