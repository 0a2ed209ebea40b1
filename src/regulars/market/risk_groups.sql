-- risk_groups   one row per group: the shop, each named segment, each cluster
-- reads    customers: customer_id, segment, cluster, monetary; rhythm
-- gives    kind, name, customers, unknown, own, shop (customers at risk, by the rule that says so), sales (net), and
--          risk_sales (of those at risk); ordered by kind and name
with flagged as (
  select c.segment, c.cluster, c.monetary, coalesce(r.state, 'unknown') as state
  from   customers c
  left join rhythm r on r.customer_id = c.customer_id),
grouped as (
  select 'shop' as kind, '' as name, f.* from flagged f
  union all
  select 'segment' as kind, segment as name, f.* from flagged f
  union all
  select 'cluster' as kind, cast(cluster as varchar) as name, f.* from flagged f)
select   kind, name, count(*) as customers,
         count(case when state = 'unknown' then 1 end) as unknown,
         count(case when state = 'own' then 1 end)     as own,
         count(case when state = 'shop' then 1 end)    as shop,
         sum(monetary)                                 as sales,
         sum(case when state in ('own', 'shop') then monetary end) as risk_sales
from     grouped
where    name is not null
group by kind, name
order by kind, name
