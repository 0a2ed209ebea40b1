-- behind_slot   the customers who placed an order that counts on a weekday, in an hour
-- reads         orders (of the overview)
-- gives         customer_id
-- values        $weekday (1 = Monday), $hour (NULL: any)
select distinct customer_id
from   orders
where  counts and date_diff('day', date '1900-01-01', day) % 7 + 1 = $weekday -- 1 January 1900 was a Monday
and    (cast($hour as integer) is null or extract(hour from first_at) = cast($hour as integer))
