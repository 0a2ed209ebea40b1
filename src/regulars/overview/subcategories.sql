-- subcategories  one row per category and sub-category, at most 1,000, highest sales first
-- reads      category_parts
-- gives      name, parent (the category), sales, orders (those that count), customers (with such an order), lines, pieces, profit
with per_customer as (
    select subcategory as name, category as parent, count(counted) as orders, sum(lines) as lines, sum(sales) as sales, sum(pieces) as pieces,
           sum(profit) as profit
    from   category_parts
    where  subcategory is not null
    group  by subcategory, category, customer_id)
select name, parent, sum(sales) as sales, cast(sum(orders) as bigint) as orders,
       count(case when orders > 0 then 1 end) as customers,
       cast(sum(lines) as bigint) as lines, sum(pieces) as pieces, sum(profit) as profit
from   per_customer
group  by name, parent
order  by sales desc nulls last, lines desc, name nulls last, parent nulls last
limit  1000
