-- value    one row per customer of the clean lines: what they will still order and bring within the horizon
-- reads    orders, histories, scored_cells
-- gives    customer_id, expected_orders, order_value (of one order day, net of returns; the shop's mean where all was returned), expected_sales, value (expected
--          sales discounted, × margin), low, high (of the value: 8 of 10 such customers lie within), risk_rank (1: the
--          likeliest not to order), overdue (days since the last order / the customer's own usual gap).
--          NULL where it cannot be said: nothing bought, no amounts
-- values   $with_recent (bool: the cells differ by recent orders too),
--          $prior, $prior_mean, $own (doubles: the shop's mean counts $prior, each own order $own), $margin, $gap
--          (days: the shop's usual gap, counted twice beside the customer's own)
-- source   Fader & Hardie (2013), eq. 5
with customers as (select distinct customer_id from orders),
sized as (
  select h.customer_id, h.repeats, h.recency_days, h.age_days, s.expected_orders, s.discounted, s.low, s.high, s.risk_rank,
         case when h.spent > 0
              then (cast($prior as double) * cast($prior_mean as double) + cast($own as double) * cast(h.spent as double))
                / (cast($prior as double) + cast($own as double) * (h.repeats + 1))
              else cast($prior_mean as double) end as order_value
  from   histories h
  join   scored_cells s on s.repeats = h.repeats and s.recency_days = h.recency_days and s.age_days = h.age_days
                       and s.recent = case when $with_recent then h.recent else 0 end)
select    c.customer_id,
          cast(z.expected_orders as decimal(18, 4))                                          as expected_orders,
          cast(z.order_value as decimal(28, 4))                                              as order_value,
          cast(z.expected_orders * z.order_value as decimal(28, 4))                          as expected_sales,
          cast(z.discounted * z.order_value * cast($margin as double) as decimal(28, 4))     as value,
          cast(z.low * z.order_value * cast($margin as double) as decimal(28, 4))            as low,
          cast(z.high * z.order_value * cast($margin as double) as decimal(28, 4))           as high,
          z.risk_rank,
          cast((z.age_days - z.recency_days)
            / ((z.recency_days + 2 * cast($gap as double)) / (z.repeats + 2)) as decimal(18, 2)) as overdue
from      customers c
left join sized z on z.customer_id = c.customer_id
