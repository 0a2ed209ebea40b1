-- scores   one row per customer: scores 1 (worst) to 5 (best) and the named segment of their code
-- reads    measures; codes: r, f, m, segment (every possible code once)
-- gives    customer_id, r, f, m, segment
-- values   $r1..$r4, $f1..$f4, $m1..$m4: cut points (NULL where a measure has fewer); $r_levels
-- rule     score = 1 + number of cut points strictly below the value; for recency counted from the top; a customer whose
--          net sales are not above zero has m 1; without amounts everybody has m 1
with scored as (
  select customer_id,
         cast($r_levels as integer)
           - coalesce(cast(recency_days > $r1 as integer), 0) - coalesce(cast(recency_days > $r2 as integer), 0)
           - coalesce(cast(recency_days > $r3 as integer), 0) - coalesce(cast(recency_days > $r4 as integer), 0) as r,
         1 + coalesce(cast(orders > $f1 as integer), 0) + coalesce(cast(orders > $f2 as integer), 0)
           + coalesce(cast(orders > $f3 as integer), 0) + coalesce(cast(orders > $f4 as integer), 0) as f,
         case when coalesce(monetary, 0) <= 0 then 1 else
         1 + coalesce(cast(monetary > $m1 as integer), 0) + coalesce(cast(monetary > $m2 as integer), 0)
           + coalesce(cast(monetary > $m3 as integer), 0) + coalesce(cast(monetary > $m4 as integer), 0) end as m
  from   measures)
select s.customer_id, cast(s.r as tinyint) as r, cast(s.f as tinyint) as f, cast(s.m as tinyint) as m, c.segment
from   scored s
join   codes c on c.r = s.r and c.f = s.f and c.m = s.m
