-- top_customers  one row per customer: those who brought most (without amounts: who ordered most often)
-- reads          buyers
-- gives          name (the customer's id), sales, orders, customers (1), lines, pieces, profit
select customer_id as name, sales, orders, 1 as customers, lines, pieces, profit
from   buyers
order  by sales desc nulls last, orders desc, name
limit  20
