-- currencies   one row per currency of the lines that have a customer, commonest first
-- reads        lines
-- gives        currency (NULL: not stated), lines
select   currency, count(*) as lines
from     lines
where    customer_id is not null
group by currency
order by lines desc, currency nulls last
limit    100
