-- labelled   one row per customer, as the store keeps it: money as double, for the tools that read it
-- reads      customers; group_labels: kind ('segment' or 'cluster'), name, persona, persona_key, action, action_key
-- gives      customer_id, recency_days, orders, monetary, first_order, last_order, avg_order_value, r, f, m, segment,
--            cluster, persona, action, and the other features; in the order of customer_id. The keys of persona and
--            action stay the same in every run and language
select    c.customer_id, c.recency_days, c.orders, cast(c.monetary as double) as monetary, c.first_order, c.last_order,
          cast(c.avg_order_value as double) as avg_order_value, c.r, c.f, c.m, c.segment, c.cluster,
          s.persona, s.action, k.persona as cluster_persona, k.action as cluster_action,
          c.tenure_days, c.products, c.top_category, c.return_share, c.days_between,
          cast(c.profit as double) as profit, cast(c.shipping_cost as double) as shipping_cost,
          c.lines, cast(c.pieces as double) as pieces, cast(c.sales_amount as double) as sales_amount,
          cast(c.returns_amount as double) as returns_amount,
          s.persona_key, s.action_key, k.persona_key as cluster_persona_key, k.action_key as cluster_action_key
from      customers c
left join group_labels s on s.kind = 'segment' and s.name = c.segment
left join group_labels k on k.kind = 'cluster' and k.name = cast(c.cluster as varchar)
order by  c.customer_id
