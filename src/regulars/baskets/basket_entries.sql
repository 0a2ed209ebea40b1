-- basket_entries   one row per basket and frequent item, for the baskets of a range of numbers
-- reads            basket_items, baskets, frequent_items
-- gives            number, item
-- values           $low, $high (baskets with low <= number < high)
select b.number, f.item
from   basket_items x
join   baskets b on b.b = x.b
join   frequent_items f on f.i = x.i
where  b.number >= $low and b.number < $high
