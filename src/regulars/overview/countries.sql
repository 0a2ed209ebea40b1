-- countries  one row per country (NULL: the line names none), at most 1,000, highest sales first
-- reads      order_parts
-- gives      name, sales, orders (those that count), customers (with such an order), lines, pieces, profit
-- values     $alone: order_parts are split by nothing else
with per_order as ( -- an order is counted once, whatever it is split by
    select country as name, customer_id, order_id, max(counted) as counted,
           sum(lines) as lines, sum(sales) as sales, sum(pieces) as pieces, sum(profit) as profit
    from   order_parts
    where  not $alone
    group  by country, customer_id, order_id
    union  all
    select country, customer_id, order_id, counted, lines, sales, pieces, profit
    from   order_parts
    where  $alone),
per_customer as (
    select name, count(counted) as orders, sum(lines) as lines, sum(sales) as sales, sum(pieces) as pieces,
           sum(profit) as profit
    from   per_order
    group  by name, customer_id)
select name, sum(sales) as sales, cast(sum(orders) as bigint) as orders,
       count(case when orders > 0 then 1 end) as customers,
       cast(sum(lines) as bigint) as lines, sum(pieces) as pieces, sum(profit) as profit
from   per_customer
group  by name
order  by sales desc nulls last, lines desc, name nulls last
limit  1000
