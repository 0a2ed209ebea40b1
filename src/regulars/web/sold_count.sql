-- sold_count   one row: the products of a list, in sum; the same filter as sold_page
-- reads        sold
-- gives        products, sales (net, of all), brought (of those with positive sales), half (how many of the largest bring
--              half of that), top (sales of the largest), best (its name), quiet (without a sale for more than $days days
--              before $as_of), first_day; sums NULL without amounts, quiet 0 where $as_of is NULL
-- values       $chosen, $search as of sold_page; $as_of, $days
with wanted as (
  select code, product, first_day, last_day, sales, cast(sales as decimal(28, 4)) as amount
  from   sold
  where  chosen = $chosen
    and  (cast($search as varchar) is null or contains(lower(code), lower(cast($search as varchar)))
          or contains(lower(coalesce(product, '')), lower(cast($search as varchar))))),
sums as (
  select count(*) as products, sum(amount) as sales, sum(case when amount > 0 then amount end) as brought,
         max(sales) as top, min(first_day) as first_day,
         count(*) filter (where date_diff('day', last_day, cast($as_of as date)) > $days) as quiet
  from   wanted),
ranked as (
  select sum(amount) over (order by amount desc, code rows between unbounded preceding and current row) as so_far,
         row_number() over (order by amount desc, code) as nr
  from   wanted
  where  amount > 0),
half as (
  select min(r.nr) as half from ranked r cross join sums s where r.so_far * 2 >= s.brought),
best as (
  select   coalesce(product, code) as best
  from     wanted
  order by coalesce(sales, 0) desc, code desc
  limit    1)
select s.products, cast(s.sales as double) as sales, cast(s.brought as double) as brought, h.half, s.top, b.best,
       s.quiet, s.first_day
from   sums s
cross join half h
left join best b on true
