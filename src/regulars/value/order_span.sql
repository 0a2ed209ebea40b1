-- order_span   one row: the first day on which an order counts, and what came in by then
-- reads        orders
-- gives        first_day, net (sales after returns; NULL without amounts), profit
select min(case when counts then day end) as first_day, sum(amount) as net, sum(profit) as profit
from   orders
