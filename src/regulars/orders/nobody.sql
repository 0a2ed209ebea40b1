-- nobody   one row: the lines that name no customer
-- reads    lines
-- gives    lines, amount (decimal; NULL without amounts)
select count(*) as lines, sum(case when quantity < 0 and amount > 0 then -amount else amount end) as amount
from   lines
where  customer_id is null
