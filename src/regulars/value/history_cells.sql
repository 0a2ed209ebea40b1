-- history_cells   one row per distinct history: customers with the same repeats, recency and age are one to the models
-- reads           histories
-- gives           repeats, recency_days, age_days, recent (0 where $with_recent is false), customers
-- values          $with_recent (bool)
select   repeats, recency_days, age_days, case when $with_recent then recent else 0 end as recent, count(*) as customers
from     histories
group by repeats, recency_days, age_days, case when $with_recent then recent else 0 end
