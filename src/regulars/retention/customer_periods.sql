-- customer_periods   one row per customer and period with an order
-- reads    orders, gaps (the days with an order that counts), period_days
-- gives    customer_id, period, cohort (period of the first order that counts; NULL: there is none), orders (that count),
--          amount (net, of all orders), kind: new (the first order), won_back (an order after more than $lapse days
--          without one), repeating (any other customer who bought before), none (no order that counts)
-- values   $lapse (days; negative: cannot say)
with parts as (
  select   o.customer_id, d.period, sum(o.amount) as amount,
           count(case when o.counts then 1 end)                        as orders,
           count(case when o.counts and g.gap is null then 1 end) > 0  as first,
           max(case when o.counts then g.gap end)                      as longest
  from     orders o
  join     period_days d on d.day = o.day
  left join gaps g on g.customer_id = o.customer_id and g.day = o.day
  group by o.customer_id, d.period)
select p.customer_id, p.period, f.period as cohort, p.orders, p.amount,
       case when p.orders = 0 then 'none'
            when p.first then 'new'
            when cast($lapse as bigint) >= 0 and p.longest > cast($lapse as bigint) then 'won_back'
            else 'repeating' end as kind
from   parts p
left join parts f on f.customer_id = p.customer_id and f.first
