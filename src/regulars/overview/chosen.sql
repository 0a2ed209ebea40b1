-- chosen   the lines of the customers, the place, the goods and the days that a reader asks for; NULL asks for all
-- reads    sales, customers
-- gives    the columns of sales
select *
from   sales
where  ($segment is null or customer_id in (select customer_id from customers where segment = cast($segment as varchar)))
and    ($country is null or country = cast($country as varchar))
and    ($category is null or category = cast($category as varchar))
and    ($since is null or day >= cast($since as date))
and    ($until is null or day < cast($until as date))
