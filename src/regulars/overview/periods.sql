-- periods  one row per calendar year and one per calendar month in which there was an order
-- reads    order_ranks
-- gives    grain ('year' | 'month'), start (date), lines, orders, customers, sales, profit, new_customers,
--          repeat_customers, repeat_sales; customers are those with an order that counts
with dated as (
    select 'year' as grain, cast(date_trunc('year', day) as date) as start, customer_id, place, amount, lines, profit
    from   order_ranks
    union  all
    select 'month' as grain, cast(date_trunc('month', day) as date) as start, customer_id, place, amount, lines, profit
    from   order_ranks),
buying as (
    select grain, start, customer_id, count(place) as orders, min(place) as first_place, max(place) as last_place,
           sum(lines) as lines, sum(amount) as sales, sum(profit) as profit,
           sum(case when place > 1 then amount end) as repeat_sales
    from   dated
    group  by grain, start, customer_id)
select grain, start, cast(sum(lines) as bigint) as lines, cast(sum(orders) as bigint) as orders,
       count(first_place) as customers, sum(sales) as sales, sum(profit) as profit,
       count(*) filter (where first_place = 1) as new_customers,
       count(*) filter (where last_place > 1)  as repeat_customers,
       sum(repeat_sales) as repeat_sales
from   buying
group  by grain, start
order  by grain, start
