-- segment_bundles   one row per bundle and named segment: orders of its customers that hold the whole bundle
-- reads             order_segments, basket_items, frequent_items; bundle_items: bundle, code, size
-- gives             bundle, segment, baskets
with held as (
  select   n.bundle, x.b
  from     basket_items x
  join     frequent_items f on f.i = x.i
  join     bundle_items n on n.code = f.code
  group by n.bundle, n.size, x.b
  having   count(*) = n.size)
select   h.bundle, s.segment, count(*) as baskets
from     held h
join     order_segments s on s.b = h.b
group by h.bundle, s.segment
order by h.bundle, s.segment
