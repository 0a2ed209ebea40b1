-- product_rows   one row per product code (where lines have none, per product name) of the lines chosen
-- reads          chosen
-- gives          code, product (a name it goes by), category, subcategory, sales (net of returns), returned (positive), pieces (net), orders
--                (that hold a sale of it), customers, first_day, last_day; sales and returned NULL without amounts
with orders as (   -- an order first: counts of the rest instead of distinct counts
  select   coalesce(product_id, product) as code, customer_id, order_id, max(product) as product,
           max(category) as category, max(subcategory) as subcategory, sum(amount) as sales,
           sum(case when is_return then -amount end) as returned, sum(quantity) as pieces,
           bool_or(not is_return) as sold, min(day) as first_day, max(day) as last_day
  from     chosen
  where    coalesce(product_id, product) is not null
  group by 1, 2, 3),
buyers as (
  select   code, customer_id, max(product) as product, max(category) as category, max(subcategory) as subcategory,
           sum(sales) as sales, sum(returned) as returned, sum(pieces) as pieces,
           sum(case when sold then 1 else 0 end) as orders, min(first_day) as first_day, max(last_day) as last_day
  from     orders
  group by code, customer_id)
select   code, max(product) as product, max(category) as category, max(subcategory) as subcategory,
         cast(sum(sales) as double) as sales, cast(coalesce(sum(returned), 0) as double) as returned,
         cast(sum(pieces) as double) as pieces, cast(sum(orders) as bigint) as orders,
         sum(case when orders > 0 then 1 else 0 end) as customers, min(first_day) as first_day, max(last_day) as last_day
from     buyers
group by code
order by code
