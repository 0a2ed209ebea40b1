-- contacts   one row per customer of the clean lines: the latest country, name, e-mail address and telephone number
-- reads      sales
-- gives      customer_id, country, name, email, phone (NULL where no line holds one)
with moments as (   -- one row per customer and moment, so that the latest is one
  select   customer_id, ordered_at, max(country) as country, max(name) as name, max(email) as email, max(phone) as phone
  from     sales
  group by customer_id, ordered_at)
select   customer_id,
         arg_max(country, ordered_at) filter (where country is not null) as country,
         arg_max(name, ordered_at) filter (where name is not null)       as name,
         arg_max(email, ordered_at) filter (where email is not null)     as email,
         arg_max(phone, ordered_at) filter (where phone is not null)     as phone
from     moments
group by customer_id
