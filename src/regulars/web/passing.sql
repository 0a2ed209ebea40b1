-- passing   the customers whom a filter leaves: of a segment, who bought what it chooses: in a country, of a category, on some
--           days, all of it of the same order line, as the overview counts lines; NULL asks for all
-- reads     customers, sales
-- gives     customer_id
-- values    $segment, $country, $category, $since, $until (since <= day < until)
select customer_id
from   customers
where  ($segment is null or segment = cast($segment as varchar))
and    ($country is null and $category is null and $since is null and $until is null
        or customer_id in (select customer_id from sales
                           where not is_return
                             and ($country is null or country = cast($country as varchar))
                             and ($category is null or category = cast($category as varchar))
                             and ($since is null or day >= cast($since as date))
                             and ($until is null or day < cast($until as date))))
