-- map_points   customers with orders for a map, of those whom a filter leaves: all, or a sample that is always the same
-- reads        customers, places, passing
-- gives        the columns of customers that are numbers of their orders, segment, cluster, and place (as in places)
-- values       $most
select   p.place, c.*
from     customers c
join     places p on p.customer_id = c.customer_id
join     passing a on a.customer_id = c.customer_id
where    c.recency_days is not null or c.orders is not null
order by md5(c.customer_id), c.customer_id
limit    $most
