-- periods  one row per calendar year and one per calendar month in which there was an order
-- reads    order_ranks, order_parts
-- gives    grain ('year' | 'month'), start (date), lines, orders, customers, sales, profit, new_customers,
--          repeat_customers, repeat_sales; customers are those with an order that counts
with dated as (
    select 'year' as grain, cast(date_trunc('year', day) as date) as start, customer_id, place, amount, lines
    from   order_ranks
    union  all
    select 'month' as grain, cast(date_trunc('month', day) as date) as start, customer_id, place, amount, lines
    from   order_ranks),
buyers as (
    select grain, start, customer_id, count(place) as orders, min(place) as first_place, max(place) as last_place,
           sum(lines) as lines, sum(amount) as sales, sum(case when place > 1 then amount end) as repeat_sales
    from   dated
    group  by grain, start, customer_id),
profits as (
    select 'year' as grain, cast(date_trunc('year', day) as date) as start, sum(profit) as profit
    from   order_parts group by 2
    union  all
    select 'month' as grain, cast(date_trunc('month', day) as date) as start, sum(profit) as profit
    from   order_parts group by 2)
select buyers.grain, buyers.start, cast(sum(lines) as bigint) as lines, cast(sum(orders) as bigint) as orders,
       count(first_place) as customers, sum(sales) as sales, max(profit) as profit,
       count(*) filter (where first_place = 1) as new_customers,
       count(*) filter (where last_place > 1)  as repeat_customers,
       sum(repeat_sales) as repeat_sales
from   buyers left join profits on profits.grain = buyers.grain and profits.start = buyers.start
group  by buyers.grain, buyers.start
order  by buyers.grain, buyers.start
