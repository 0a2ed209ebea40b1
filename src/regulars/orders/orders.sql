-- orders   one row per order of a customer (an order number that several customers share is several orders)
-- reads    entries, set_aside; lines (for the names of the orders)
-- gives    customer_id, order_id, day, last_day, first_at (of what was bought: a refund is no purchase), amount (net), sales_amount (before returns), lines, pieces,
--          profit, shipping_cost, counts (bool: it counts in frequency, since something was bought and kept)
with keyed as (
  select   min(e.line)                                              as line,
           min(case when not e.is_return then e.ordered_at end)     as bought_at,
           max(case when not e.is_return then e.ordered_at end)     as last_bought_at,
           min(e.ordered_at)                                        as first_seen,
           max(e.ordered_at)                                        as last_seen,
           sum(e.amount)                                            as amount,
           sum(case when e.is_return then 0 else e.amount end)      as sales_amount,
           count(*)                                                 as lines,
           sum(e.quantity)                                          as pieces,
           sum(e.profit)                                            as profit,
           sum(e.shipping_cost)                                     as shipping_cost,
           bool_and(e.is_return)                                    as returned
  from     entries e
  anti join set_aside s on s.line = e.line
  group by e.customer, e.order_key)
select l.customer_id,
       coalesce(l.order_id, cast(cast(l.ordered_at as date) as varchar)) as order_id,
       cast(coalesce(k.bought_at, k.first_seen) as date)             as day,
       cast(coalesce(k.last_bought_at, k.last_seen) as date)         as last_day,
       coalesce(k.bought_at, k.first_seen)                           as first_at,
       cast(k.amount as decimal(28, 4))                              as amount,
       cast(k.sales_amount as decimal(28, 4))                        as sales_amount,
       k.lines,
       cast(k.pieces as decimal(28, 3))                              as pieces,
       cast(k.profit as decimal(28, 4))                              as profit,
       cast(k.shipping_cost as decimal(28, 4))                       as shipping_cost,
       case when k.amount is null then not k.returned else k.amount > 0 end as counts
from   keyed k
join   lines l on l.line = k.line
