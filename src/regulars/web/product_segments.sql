-- product_segments   one row per named segment: who of it bought a product
-- reads              product_lines, customers
-- gives              segment, buyers, amount (net of returns), customers (of the segment)
with bought as (
  select   customer_id, sum(amount) as amount
  from     product_lines
  group by customer_id
  having   bool_or(not is_return))
select    c.segment, count(b.customer_id) as buyers, cast(sum(b.amount) as double) as amount, count(*) as customers
from      customers c
left join bought b on b.customer_id = c.customer_id
group by  c.segment
order by  c.segment
