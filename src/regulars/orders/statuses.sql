-- statuses   one row per status of an order, as the input writes it; at most 1,000, commonest first
-- reads      lines
-- gives      status, lines
select   status, count(*) as lines
from     lines
where    status is not null and customer_id is not null
group by status
order by lines desc, status
limit    1000
