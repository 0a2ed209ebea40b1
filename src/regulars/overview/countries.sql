-- countries  one row per country (NULL: the line names none), at most 1,000, highest sales first
-- reads    order_parts
-- gives    name, sales, orders (those that count), customers, lines, pieces, profit
select country as name, sum(sales) as sales,
       count(distinct case when place is not null then order_id end) as orders,
       count(distinct customer_id) as customers,
       cast(sum(lines) as bigint) as lines, sum(pieces) as pieces, sum(profit) as profit
from   order_parts
group  by country
order  by sales desc nulls last, lines desc, name nulls last
limit  1000
