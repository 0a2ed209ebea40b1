-- near_ids   one row: customers, and those whose id is another's but for upper case and blanks
-- reads      orders
-- gives      customers, near
select sum(ids) as customers, coalesce(sum(case when ids > 1 then ids end), 0) as near
from (
  select   lower(replace(customer_id, ' ', '')) as folded, count(distinct customer_id) as ids
  from     orders
  group by lower(replace(customer_id, ' ', '')))
