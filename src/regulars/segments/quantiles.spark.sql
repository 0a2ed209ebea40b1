-- quantiles   one row: customers, and for each measure its distinct values, least, greatest, and the values that 20, 25,
--             33, 40, 50, 60, 67, 75 and 80 % of the customers do not exceed (NULL without amounts)
-- reads       measures
-- gives       customers, <measure>_levels, <measure>_min, <measure>_max, <measure>_20 ... <measure>_80
-- source      the inverse distribution function (SQL:2003, percentile_disc), exact
-- twin        Spark writes it percentile_disc(...) within group
select count(*) as customers,
       count(distinct recency_days) as recency_days_levels, min(recency_days) as recency_days_min, max(recency_days) as recency_days_max,
       percentile_disc(0.2) within group (order by recency_days) as recency_days_20, percentile_disc(0.25) within group (order by recency_days) as recency_days_25, percentile_disc(0.3333333333333333) within group (order by recency_days) as recency_days_33,
       percentile_disc(0.4) within group (order by recency_days) as recency_days_40, percentile_disc(0.5) within group (order by recency_days) as recency_days_50, percentile_disc(0.6) within group (order by recency_days) as recency_days_60,
       percentile_disc(0.6666666666666666) within group (order by recency_days) as recency_days_67, percentile_disc(0.75) within group (order by recency_days) as recency_days_75, percentile_disc(0.8) within group (order by recency_days) as recency_days_80,
       count(distinct orders) as orders_levels, min(orders) as orders_min, max(orders) as orders_max,
       percentile_disc(0.2) within group (order by orders) as orders_20, percentile_disc(0.25) within group (order by orders) as orders_25, percentile_disc(0.3333333333333333) within group (order by orders) as orders_33,
       percentile_disc(0.4) within group (order by orders) as orders_40, percentile_disc(0.5) within group (order by orders) as orders_50, percentile_disc(0.6) within group (order by orders) as orders_60,
       percentile_disc(0.6666666666666666) within group (order by orders) as orders_67, percentile_disc(0.75) within group (order by orders) as orders_75, percentile_disc(0.8) within group (order by orders) as orders_80,
       count(distinct monetary) as monetary_levels, min(monetary) as monetary_min, max(monetary) as monetary_max,
       percentile_disc(0.2) within group (order by monetary) as monetary_20, percentile_disc(0.25) within group (order by monetary) as monetary_25, percentile_disc(0.3333333333333333) within group (order by monetary) as monetary_33,
       percentile_disc(0.4) within group (order by monetary) as monetary_40, percentile_disc(0.5) within group (order by monetary) as monetary_50, percentile_disc(0.6) within group (order by monetary) as monetary_60,
       percentile_disc(0.6666666666666666) within group (order by monetary) as monetary_67, percentile_disc(0.75) within group (order by monetary) as monetary_75, percentile_disc(0.8) within group (order by monetary) as monetary_80
from   measures
