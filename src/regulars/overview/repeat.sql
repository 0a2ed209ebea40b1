-- repeat   one row: all customers, and those with two or more orders
-- reads    buyers
select count(*)                             as customers,
       cast(sum(orders) as bigint)          as orders,
       sum(sales)                           as sales,
       count(*) filter (where orders > 1)   as repeat_customers,
       sum(sales) filter (where orders > 1) as repeat_sales
from   buyers
