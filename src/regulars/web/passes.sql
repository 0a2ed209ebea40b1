-- passes   one row: a bit for each customer, set where one of their order lines is from a country, of a category and of some
--          days, all at once; NULL asks for all
-- reads    lines
-- gives    bits (bytes; the first bit is that of place 1; NULL: nobody's)
-- values   $country, $category, $since, $until (since <= day < until); $customers (their number, rounded up to whole bytes)
select cast(bitstring_agg(customer_id, 1, $customers) as blob) as bits
from   lines
where  not is_return
and    ($country is null or country = cast($country as varchar))
and    ($category is null or category = cast($category as varchar))
and    ($since is null or day >= cast($since as date))
and    ($until is null or day < cast($until as date))
