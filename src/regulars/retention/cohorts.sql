-- cohorts  one row per cohort (customers by the period of their first order that counts) and period from then on
-- reads    customer_periods, period_days
-- gives    cohort (date: where it begins), period (date), periods_since (how many lie between), cohort_size (customers),
--          customers (of them, who bought), orders, sales (net; NULL without amounts), complete (bool: the data cover both periods)
with sizes as (
  select   cohort, count(*) as size
  from     customer_periods
  where    kind = 'new'
  group by cohort),
periods as (
  select   period, min(start) as start, bool_and(complete) as complete
  from     period_days
  group by period),
cells as (
  select   cohort, period, count(case when kind <> 'none' then 1 end) as customers, sum(orders) as orders,
           sum(amount) as amount
  from     customer_periods
  group by cohort, period)
select b.start as cohort, p.start as period, p.period - s.cohort as periods_since, s.size as cohort_size,
       coalesce(c.customers, 0)                 as customers,
       cast(coalesce(c.orders, 0) as bigint)    as orders,
       cast(c.amount as decimal(28, 4))         as sales,
       b.complete and p.complete                as complete
from   sizes s
join   periods b on b.period = s.cohort
join   periods p on p.period >= s.cohort
left join cells c on c.cohort = s.cohort and c.period = p.period
