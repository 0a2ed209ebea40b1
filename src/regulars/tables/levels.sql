-- levels   how many customers of each cluster have each level of each category
-- reads    traits: customer_id, attribute, level; customers: customer_id, cluster
-- gives    attribute, level, cluster, customers; ordered
select   t.attribute, t.level, c.cluster, count(*) as customers
from     traits t
join     customers c on c.customer_id = t.customer_id
group by t.attribute, t.level, c.cluster
order by t.attribute, t.level, c.cluster
