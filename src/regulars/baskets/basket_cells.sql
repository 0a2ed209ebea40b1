-- basket_cells   one row per cell: how many baskets of that size and period there are
-- reads          baskets
-- gives          cell, baskets, items (the sum of their sizes)
select   cast(cell as integer) as cell, count(*) as baskets, cast(sum(size) as bigint) as items
from     baskets
group by cell
order by cell
