-- ranges   one row: the least and greatest value of each measure, and the one that 99 % of the customers do not exceed
-- reads    features
-- gives    <measure>_min, <measure>_99, <measure>_max for recency_days, orders, monetary (NULL without amounts)
-- twin     Spark writes it percentile_disc(...) within group
select min(recency_days) as recency_days_min,
       percentile_disc(0.99) within group (order by recency_days) as recency_days_99,
       max(recency_days) as recency_days_max,
       min(orders) as orders_min, percentile_disc(0.99) within group (order by orders) as orders_99,
       max(orders) as orders_max,
       min(monetary) as monetary_min, percentile_disc(0.99) within group (order by monetary) as monetary_99,
       max(monetary) as monetary_max
from   features
