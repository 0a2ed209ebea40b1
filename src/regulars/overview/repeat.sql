-- repeat   one row: all customers, those with two or more orders, those without an order that counts
-- reads    buyers
select count(*)                             as customers,
       cast(sum(orders) as bigint)          as orders,
       sum(sales)                           as sales,
       count(*) filter (where orders > 1)   as repeat_customers,
       count(*) filter (where orders = 0)   as none_left,
       sum(sales) filter (where orders > 1) as repeat_sales,
       sum(sales) filter (where orders = 0) as none_left_sales
from   buyers
