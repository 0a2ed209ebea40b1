-- customer_periods   one row per customer and period with an order
-- reads    orders, gaps (the days with an order that counts), period_days
-- gives    customer_id, period, cohort (period of the first order that counts; NULL: there is none), orders (that count),
--          amount (net, of all orders), kind: new (the first order), won_back (an order after more than $lapse days
--          without one), repeating (any other customer who bought before), none (no order that counts)
-- values   $lapse (days; negative: cannot say)
with ordered as (
  select   o.customer_id, d.period, count(case when o.counts then 1 end) as orders, sum(o.amount) as amount
  from     orders o
  join     period_days d on d.day = o.day
  group by o.customer_id, d.period),
bought as (
  select   g.customer_id, d.period, count(*) - count(g.gap) as firsts, max(g.gap) as longest
  from     gaps g
  join     period_days d on d.day = g.day
  group by g.customer_id, d.period)
select o.customer_id, o.period, f.period as cohort, o.orders, o.amount,
       case when b.customer_id is null then 'none'
            when b.firsts > 0 then 'new'
            when cast($lapse as bigint) >= 0 and b.longest > cast($lapse as bigint) then 'won_back'
            else 'repeating' end as kind
from   ordered o
left join bought b on b.customer_id = o.customer_id and b.period = o.period
left join bought f on f.customer_id = o.customer_id and f.firsts > 0
