-- behind_bought   the customers who bought of an item: in a country, of a category, on some days (NULL: any)
-- reads           sales
-- gives           customer_id
-- values          $by (product, or the column that names the item), $item, $country, $category,
--                 $since, $until (since <= day < until; NULL: open)
select distinct customer_id
from   sales
where  not is_return
and    case $by when 'product' then coalesce(product_id, product) when 'category' then category
                when 'subcategory' then subcategory when 'region' then region when 'country' then country
                when 'state' then state when 'city' then city when 'ship_mode' then ship_mode else market end = $item
and    ($country is null or country = cast($country as varchar))
and    ($category is null or category = cast($category as varchar))
and    (cast($since as date) is null or day >= cast($since as date))
and    (cast($until as date) is null or day < cast($until as date))
