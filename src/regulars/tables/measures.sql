-- measures   one row per customer of a customer table whose recency, orders and spending it says; the rest is unknown
-- reads      said: customer_id, recency, orders, spending (decimals)
-- gives      the columns of measures from orders, see features/measures.sql
select customer_id,
       cast(recency as integer)               as recency_days,
       cast(orders as integer)                as orders,
       cast(spending as decimal(28, 4))       as monetary,
       cast(null as date)                     as first_order,
       cast(null as date)                     as last_order,
       cast(null as integer)                  as tenure_days,
       case when orders > 0 then cast(cast(spending as double) / cast(orders as double) as decimal(28, 4)) end
                                              as avg_order_value,
       cast(null as double)                   as return_share,
       cast(null as double)                   as days_between,
       cast(null as decimal(28, 4))           as profit,
       cast(null as decimal(28, 4))           as shipping_cost,
       cast(null as integer)                  as lines,
       cast(null as decimal(28, 3))           as pieces,
       cast(null as decimal(28, 4))           as sales_amount,
       cast(null as decimal(28, 4))           as returns_amount,
       cast(null as integer)                  as products,
       cast(null as varchar)                  as top_category
from   said
where  recency is not null and orders is not null and spending is not null
