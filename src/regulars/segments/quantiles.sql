-- quantiles   one row: customers, and for each measure its distinct values, least, greatest, and the values that 20, 25,
--             33, 40, 50, 60, 67, 75 and 80 % of the customers do not exceed (NULL without amounts)
-- reads       measures
-- gives       customers, <measure>_levels, <measure>_min, <measure>_max, <measure>_20 ... <measure>_80
-- source      the inverse distribution function (SQL:2003, percentile_disc), exact
select count(*) as customers,
       count(distinct recency_days) as recency_days_levels, min(recency_days) as recency_days_min, max(recency_days) as recency_days_max,
       quantile_disc(recency_days, 0.2) as recency_days_20, quantile_disc(recency_days, 0.25) as recency_days_25, quantile_disc(recency_days, 0.3333333333333333) as recency_days_33,
       quantile_disc(recency_days, 0.4) as recency_days_40, quantile_disc(recency_days, 0.5) as recency_days_50, quantile_disc(recency_days, 0.6) as recency_days_60,
       quantile_disc(recency_days, 0.6666666666666666) as recency_days_67, quantile_disc(recency_days, 0.75) as recency_days_75, quantile_disc(recency_days, 0.8) as recency_days_80,
       count(distinct orders) as orders_levels, min(orders) as orders_min, max(orders) as orders_max,
       quantile_disc(orders, 0.2) as orders_20, quantile_disc(orders, 0.25) as orders_25, quantile_disc(orders, 0.3333333333333333) as orders_33,
       quantile_disc(orders, 0.4) as orders_40, quantile_disc(orders, 0.5) as orders_50, quantile_disc(orders, 0.6) as orders_60,
       quantile_disc(orders, 0.6666666666666666) as orders_67, quantile_disc(orders, 0.75) as orders_75, quantile_disc(orders, 0.8) as orders_80,
       count(distinct monetary) as monetary_levels, min(monetary) as monetary_min, max(monetary) as monetary_max,
       quantile_disc(monetary, 0.2) as monetary_20, quantile_disc(monetary, 0.25) as monetary_25, quantile_disc(monetary, 0.3333333333333333) as monetary_33,
       quantile_disc(monetary, 0.4) as monetary_40, quantile_disc(monetary, 0.5) as monetary_50, quantile_disc(monetary, 0.6) as monetary_60,
       quantile_disc(monetary, 0.6666666666666666) as monetary_67, quantile_disc(monetary, 0.75) as monetary_75, quantile_disc(monetary, 0.8) as monetary_80
from   measures
