-- soon_back   one row per cohort: its customers who were watched for $within days, and who of them bought again by then
-- reads    first_steps, period_days
-- gives    period (of the cohort), watched, back; ordered
select   d.period, count(*) as watched,
         count(case when f.second_nr - f.first_nr <= cast($within as bigint) then 1 end) as back
from     first_steps f
join     period_days d on d.nr = f.first_nr
where    f.first_nr + cast($within as bigint) <= cast($last as bigint)
group by d.period
order by d.period
