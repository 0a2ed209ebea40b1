-- baskets   one row per basket, numbered from 0 without gaps, in no order that means anything
-- reads     basket_sizes
-- gives     b, number, cell (stratum of its size, 20 more where it falls into the late period), size
-- values    $late (first day of the late period)
select b, cast(row_number() over () - 1 as integer) as number, size,
       cast(stratum + case when day >= cast($late as date) then 20 else 0 end as tinyint) as cell
from   basket_sizes
