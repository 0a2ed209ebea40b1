-- customer_contact   one row: the latest that the lines of one customer say of them
-- reads              sales
-- gives              country, city, name, email, phone (NULL where no line holds one)
-- values             $id
with moments as (
  select   ordered_at, max(country) as country, max(city) as city, max(name) as name, max(email) as email,
           max(phone) as phone
  from     sales
  where    customer_id = $id
  group by ordered_at)
select arg_max(country, ordered_at) filter (where country is not null) as country,
       arg_max(city, ordered_at) filter (where city is not null)       as city,
       arg_max(name, ordered_at) filter (where name is not null)       as name,
       arg_max(email, ordered_at) filter (where email is not null)     as email,
       arg_max(phone, ordered_at) filter (where phone is not null)     as phone
from   moments
