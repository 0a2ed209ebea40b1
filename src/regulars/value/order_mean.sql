-- order_mean   one row: all that was bought and kept, and on how many order days
-- reads        order_days
-- gives        amount (NULL without amounts), days
select sum(amount) as amount, sum(case when ordered then 1 else 0 end) as days
from   order_days
