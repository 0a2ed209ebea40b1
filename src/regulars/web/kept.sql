-- kept      one row per customer whom a filter leaves, as the study knows them: money exact again
-- reads     customers, passing
-- gives     customer_id, segment, cluster, r, f, m, recency_days, orders, monetary, first_order, avg_order_value, days_between,
--           profit, shipping_cost, sales_amount, returns_amount
select c.customer_id, c.segment, c.cluster, c.r, c.f, c.m, c.recency_days, c.orders,
       cast(c.monetary as decimal(28, 4)) as monetary, c.first_order,
       cast(c.avg_order_value as decimal(28, 4)) as avg_order_value, c.days_between,
       cast(c.profit as decimal(28, 4)) as profit, cast(c.shipping_cost as decimal(28, 4)) as shipping_cost,
       cast(c.sales_amount as decimal(28, 4)) as sales_amount, cast(c.returns_amount as decimal(28, 4)) as returns_amount
from   customers c
join   passing p on p.customer_id = c.customer_id
