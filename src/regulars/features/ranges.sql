-- ranges   one row: the least and greatest value of each measure, and the one that 99 % of the customers do not exceed
-- reads    features
-- gives    <measure>_min, <measure>_99, <measure>_max for recency_days, orders, monetary (NULL without amounts)
select min(recency_days) as recency_days_min, quantile_disc(recency_days, 0.99) as recency_days_99,
       max(recency_days) as recency_days_max,
       min(orders) as orders_min, quantile_disc(orders, 0.99) as orders_99, max(orders) as orders_max,
       min(monetary) as monetary_min, quantile_disc(monetary, 0.99) as monetary_99, max(monetary) as monetary_max
from   features
