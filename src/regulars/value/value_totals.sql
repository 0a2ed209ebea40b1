-- value_totals   one row: what all customers together will order and bring, and the regulars who are late
-- reads          value, histories
-- gives          customers, expected_orders, expected_sales (neither discounted nor × margin), value, late (customers with 3
--                or more order days who are twice their usual gap behind), late_spent (what they have spent so far)
select    count(*)                                                                as customers,
          sum(v.expected_orders)                                                  as expected_orders,
          sum(v.expected_sales)                                                   as expected_sales,
          sum(v.value)                                                            as value,
          sum(case when h.repeats >= 2 and v.overdue >= 2 then 1 else 0 end)      as late,
          sum(case when h.repeats >= 2 and v.overdue >= 2 then h.spent end)       as late_spent
from      value v
left join histories h on h.customer_id = v.customer_id
