-- periods  one row per calendar year and one per calendar month in which there was an order
-- reads    order_ranks
-- gives    grain ('year' | 'month'), start (date), lines, orders, customers, sales, profit, new_customers,
--          repeat_customers, repeat_sales; customers are those with an order that counts
with monthly as (
    select cast(date_trunc('month', day) as date) as start, customer_id, count(place) as orders,
           min(place) as first_place, max(place) as last_place, sum(lines) as lines, sum(amount) as sales,
           sum(profit) as profit, sum(case when place > 1 then amount end) as repeat_sales
    from   order_ranks
    group  by 1, customer_id),
yearly as (
    select cast(date_trunc('year', start) as date) as start, sum(orders) as orders, min(first_place) as first_place,
           max(last_place) as last_place, sum(lines) as lines, sum(sales) as sales, sum(profit) as profit,
           sum(repeat_sales) as repeat_sales
    from   monthly
    group  by 1, customer_id),
buying as (
    select 'month' as grain, start, orders, first_place, last_place, lines, sales, profit, repeat_sales from monthly
    union  all
    select 'year', start, orders, first_place, last_place, lines, sales, profit, repeat_sales from yearly)
select grain, start, cast(sum(lines) as bigint) as lines, cast(sum(orders) as bigint) as orders,
       count(first_place) as customers, sum(sales) as sales, sum(profit) as profit,
       count(*) filter (where first_place = 1) as new_customers,
       count(*) filter (where last_place > 1)  as repeat_customers,
       sum(repeat_sales) as repeat_sales
from   buying
group  by grain, start
order  by grain, start
