-- basket_numbers   one row per basket of a range of numbers: its cell
-- reads            baskets
-- gives            number, cell
-- values           $low, $high (baskets with low <= number < high)
select number, cell
from   baskets
where  number >= $low and number < $high
