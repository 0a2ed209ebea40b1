-- customer_value   what a study expects of one customer
-- reads            kept_value
-- gives            expected_orders, next_value, low, high (of the value: 8 of 10 such customers lie within), overdue
-- values           $id
select cast(expected_orders as double) as expected_orders, cast(value as double) as next_value,
       cast(low as double) as low, cast(high as double) as high, cast(overdue as double) as overdue
from   kept_value
where  customer_id = $id
