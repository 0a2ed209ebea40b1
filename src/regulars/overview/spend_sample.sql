-- spend_sample  one row per customer, all of them or a sample that depends on their ids alone
-- reads         buyers
-- gives         pieces, spend
select cast(pieces as double) as pieces, cast(sales as double) as spend
from   buyers
where  pieces is not null and sales is not null and md5(customer_id) <= $cut
