-- passes   one row: a bit for each customer, set where they ordered from a country, of a category or on some days
-- reads    shopped, bought, active
-- gives    bits (bytes; the first bit is that of place 1; NULL: nobody's)
-- values   $country, $category, $since, $until (days): one of the three, the others NULL; $customers (their number, rounded
--          up to whole bytes)
select cast(bitstring_agg(place, 1, $customers) as blob) as bits
from   (select place from shopped where country = cast($country as varchar)
        union all
        select place from bought where category = cast($category as varchar)
        union all
        select place from active where day >= cast($since as date) and day < cast($until as date)) as passing
