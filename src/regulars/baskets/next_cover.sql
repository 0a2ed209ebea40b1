-- next_cover   one row: what the shelf covers
-- reads        next_products, next_shelf
-- gives        products, pairs (customer and product), once (products that one customer bought), shelf, shelf_pairs
select    count(*) as products, cast(sum(n.buyers) as bigint) as pairs,
          cast(sum(case when n.buyers = 1 then 1 else 0 end) as bigint) as once,
          count(h.n) as shelf, cast(coalesce(sum(h.buyers), 0) as bigint) as shelf_pairs
from      next_products n
left join next_shelf h on h.p = n.p
