-- value_by_segment   one row per named segment: what its customers will still order and bring
-- reads              value, scores
-- gives              segment, customers, expected_orders, value
select   s.segment,
         count(*)                as customers,
         sum(v.expected_orders)  as expected_orders,
         sum(v.value)            as value
from     value v
join     scores s on s.customer_id = v.customer_id
where    v.expected_orders is not null
group by s.segment
order by s.segment
