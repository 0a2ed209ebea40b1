-- sold_row   one product of all lines: its figures, and its place by net sales (the unknown last) among all
-- reads      sold
-- gives      the columns of sold, nr, products (all)
-- values     $code
with ranked as (
  select *, row_number() over (order by case when sales is null then 1 else 0 end, sales desc, code) as nr
  from   sold
  where  chosen = 0)
select r.*, (select count(*) from ranked) as products
from   ranked r
where  r.code = $code
