-- frequent_items   one row per item that enough baskets hold, numbered from 0: the rarest first, ties by code
-- reads            item_codes
-- gives            i, item (number), code, baskets, sales, profit
select i, cast(row_number() over (order by baskets, code desc) - 1 as integer) as item, code, baskets, sales, profit
from   item_codes
