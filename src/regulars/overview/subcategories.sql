-- subcategories  one row per category and sub-category, at most 1,000, highest sales first
-- reads          category_parts
-- gives          name, parent (the category), sales, orders (those that count), customers, lines, pieces, profit
select subcategory as name, category as parent, sum(sales) as sales,
       count(distinct case when place is not null then order_id end) as orders,
       count(distinct customer_id) as customers,
       cast(sum(lines) as bigint) as lines, sum(pieces) as pieces, sum(profit) as profit
from   category_parts
where  subcategory is not null
group  by subcategory, category
order  by sales desc nulls last, lines desc, name, parent nulls last
limit  1000
