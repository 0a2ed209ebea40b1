-- sold     the lines of some days, no more of them than is needed to say what a group buys
-- reads    sales
-- gives    customer_id, category, product, product_id, amount
-- values   $since, $until (since <= day < until; NULL: open)
select customer_id, category, product, product_id, amount
from   sales
where  ($since is null or day >= cast($since as date))
and    ($until is null or day < cast($until as date))
