-- customer_offers   the next products of one customer: what they may buy again, and what they may try
-- reads             kept_recommendations
-- gives             list (again, next), place (1: first), product_id, product, times, last_bought, usual_days, because
-- values            $id
select   list, place, product_id, product, times, last_bought, usual_days, because
from     kept_recommendations
where    customer_id = $id
order by list, place
