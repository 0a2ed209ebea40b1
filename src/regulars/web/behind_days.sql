-- behind_days   the customers who placed an order that counts on some days: those whose first one at all falls on them, or others
-- reads         orders (of the overview), customers: customer_id, first_order
-- gives         customer_id
-- values        $start, $until (dates: start <= day < until), $new (bool; NULL: all)
select distinct o.customer_id
from   orders o
join   customers c on c.customer_id = o.customer_id
where  o.counts and o.day >= cast($start as date) and o.day < cast($until as date)
and    (cast($new as boolean) is null
        or (c.first_order >= cast($start as date) and c.first_order < cast($until as date)) = cast($new as boolean))
