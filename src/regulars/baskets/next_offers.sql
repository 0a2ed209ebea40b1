-- next_offers   one row per product that may be offered
-- reads         next_items; next_stock: code; next_barred: category (lower case)
-- gives         p, weight (thousandths; 1000 but where margins count: more for what earns more than the shop's mean)
-- values        $stock (all | in: only those of next_stock | out: all but those), $margin (0..1: how much margins count)
with shop as (select sum(sales) as sales, sum(profit) as profit from next_items where profit is not null and sales > 0),
weighed as (
  select n.p, case when $margin > 0 and n.profit is not null and n.sales > 0 and s.profit > 0
                   then cast(n.profit as double) / cast(n.sales as double)
                        / (cast(s.profit as double) / cast(s.sales as double)) else 1 end as earns
  from       next_items n
  cross join shop s
  left join  next_stock k on k.code = n.code
  left join  next_barred b on b.category = lower(coalesce(n.category, ''))
  left join  next_barred b2 on b2.category = lower(coalesce(n.subcategory, ''))
  where      b.category is null and b2.category is null
         and case when $stock = 'in' then k.code is not null when $stock = 'out' then k.code is null else true end)
select p, cast(floor(1000 * ((1 - $margin) + $margin * earns) + 0.5) as bigint) as weight
from   weighed
where  (1 - $margin) + $margin * earns > 0
