-- next_listed   one row per list: for how many customers there is one
-- reads         next_result
-- gives         list, customers, offers, matched (offers that go with something the customer bought)
select   list, count(distinct customer_id) as customers, count(*) as offers, count(because) as matched
from     next_result
group by list
order by list
