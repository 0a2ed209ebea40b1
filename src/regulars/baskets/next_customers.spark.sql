-- next_customers   one row per customer who bought a product that is named
-- reads            sales
-- gives            c (as in next_days), customer_id, draw (its checksum: samples and parts are ranges of it)
-- twin             as next_days: hashes of 64 bits
select distinct xxhash64(customer_id) as c, customer_id, md5(customer_id) as draw
from   sales
where  not is_return and coalesce(product_id, product) is not null
