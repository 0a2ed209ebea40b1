-- next_strong   one row per pair of products that go together best, each offered product once
-- reads         next_similar, next_shelf, next_items
-- gives         bought, offered (names), weight
with ranked as (
  select *, row_number() over (partition by q order by weight desc, n) as place from next_similar)
select     coalesce(i.name, i.code) as bought, coalesce(j.name, j.code) as offered, r.weight
from       ranked r
join       next_items i on i.p = r.p
join       next_items j on j.p = r.q
where      r.place = 1
order by   r.weight desc, i.code, j.code
limit      12
