-- price_groups   one row per group: the shop, each named segment, each cluster
-- reads    customer_prices
-- gives    kind, name, customers, the sums of customer_prices, and for each quotient the customers in it (n) and the sum
--          of their squared residuals, each in units of the group's mean: (x / mean x - y / mean y)^2
-- source   Cochran, Sampling Techniques (1977), ch. 6: the variance of a ratio of sums
with grouped as (
  select 'shop' as kind, '' as name, p.* from customer_prices p
  union all
  select 'segment' as kind, segment as name, p.* from customer_prices p
  union all
  select 'cluster' as kind, cast(cluster as varchar) as name, p.* from customer_prices p),
sums as (
  select   kind, name, count(*) as customers, sum(lines) as lines, sum(discount_lines) as discount_lines,
           sum(discount_sum) as discount_sum, max(discount_most) as discount_most,
           sum(discount_amount) as discount_amount, sum(amount) as amount,
           count(usual) as n, sum(paid) as paid, sum(usual) as usual,
           count(category_usual) as category_n, sum(category_paid) as category_paid,
           sum(category_usual) as category_usual
  from     grouped
  where    name is not null
  group by kind, name),
residuals as (
  select g.kind, g.name,
         s.customers * (cast(g.discount_lines as double) / nullif(cast(s.discount_lines as double), 0)
                        - cast(g.lines as double) / cast(s.lines as double))                          as discounts,
         s.n * (cast(g.paid as double) / nullif(cast(s.paid as double), 0)
                - cast(g.usual as double) / nullif(cast(s.usual as double), 0))                       as products,
         s.category_n * (cast(g.category_paid as double) / nullif(cast(s.category_paid as double), 0)
                - cast(g.category_usual as double) / nullif(cast(s.category_usual as double), 0))     as categories
  from   grouped g
  join   sums s on s.kind = g.kind and s.name = g.name)
select   s.kind, s.name, max(s.customers) as customers, max(s.lines) as lines,
         max(s.discount_lines) as discount_lines, max(s.discount_sum) as discount_sum,
         max(s.discount_most) as discount_most, max(s.discount_amount) as discount_amount, max(s.amount) as amount,
         max(s.n) as n, max(s.paid) as paid, max(s.usual) as usual, max(s.category_n) as category_n,
         max(s.category_paid) as category_paid, max(s.category_usual) as category_usual,
         sum(cast(r.discounts * r.discounts as decimal(34, 9)))   as discount_squares,
         sum(cast(r.products * r.products as decimal(34, 9)))     as squares,
         sum(cast(r.categories * r.categories as decimal(34, 9))) as category_squares
from     sums s
join     residuals r on r.kind = s.kind and r.name = s.name
group by s.kind, s.name
order by s.kind, s.name
