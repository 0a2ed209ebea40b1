-- unmatched   the first ten customers that stand on one side only
-- reads       people, customers
-- gives       customer_id, in order; $table: those of the table without orders, else those with orders only
select coalesce(p.customer_id, c.customer_id) as customer_id
from   people p
full   join customers c on c.customer_id = p.customer_id
where  case when $table then c.customer_id is null else p.customer_id is null end
order  by customer_id
limit  10
