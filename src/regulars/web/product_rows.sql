-- product_rows   one row per product code (where lines have none, per product name) of the lines chosen
-- reads          chosen
-- gives          code, product (a name it goes by), category, subcategory, sales (net of returns), returned (positive),
--                pieces (net), orders (that hold a sale of it), customers (who bought it), first_day, last_day; sales and
--                returned NULL without amounts; place (of the code among all, from 1), by_name (of the name)
with lines as (
  select coalesce(product_id, product) as code, product, category, subcategory, amount, quantity, is_return,
         customer_id, order_id, day
  from   chosen
  where  coalesce(product_id, product) is not null),
sums as (
  select   code, max(product) as product, max(category) as category, max(subcategory) as subcategory,
           sum(amount) as sales, sum(case when is_return then -amount else 0 end) as returned, sum(quantity) as pieces,
           min(day) as first_day, max(day) as last_day
  from     lines
  group by code),
orders as (   -- distinct on its own: with the sums beside it, it would take four times as long
  select distinct code, customer_id, order_id from lines where not is_return),
buyers as (
  select code, customer_id, count(*) as orders from orders group by code, customer_id),
counts as (
  select code, cast(sum(orders) as bigint) as orders, count(*) as customers from buyers group by code)
select    s.code, s.product, s.category, s.subcategory, cast(s.sales as double) as sales,
          cast(s.returned as double) as returned, cast(s.pieces as double) as pieces,
          coalesce(c.orders, 0) as orders, coalesce(c.customers, 0) as customers, s.first_day, s.last_day,
          row_number() over (order by s.code) as place,
          row_number() over (order by lower(coalesce(s.product, s.code)), s.code) as by_name
from      sums s
left join counts c on c.code = s.code
order by  s.code
