-- listed_page   the customers of a filter that come next in an order: one page
-- reads         listed
-- gives         the columns of listed, and key (the value that is sorted by; unknown ones come last)
-- values        as of listed_count; $sort (a column), $sign (1 ascending, -1 descending), $key and $place (of the
--               customer that the page begins after; $key NULL: at the start), $back (bool: the page before, in reverse), $most
with wanted as (
  select place,
         coalesce(cast($sign as double) * case cast($sort as varchar)
           when 'customer_id' then place
           when 'segment' then segment_place
           when 'cluster' then cluster
           when 'recency_days' then recency_days
           when 'orders' then orders
           when 'monetary' then monetary
           when 'avg_order_value' then avg_order_value
           when 'first_order' then date_diff('day', date '1970-01-01', first_order)
           when 'profit' then profit
           when 'products' then products
           when 'next_value' then next_value end, 1e300) as key
  from   listed
  where  (cast($search as varchar) is null
          or contains(case when $personal then found_personal else found end, lower(cast($search as varchar))))
    and  (cast($segment as varchar) is null or segment = $segment)
    and  (cast($cluster as integer) is null or cluster = $cluster)
    and  (cast($persona as varchar) is null or persona_key = $persona)
    and  (cast($at_risk as boolean) is null or at_risk = $at_risk)
    and  (cast($bits as blob) is null or get_bit(cast($bits as bit), cast(place - 1 as integer)) = 1)),
chosen as (
  select   place, key
  from     wanted
  where    cast($key as double) is null
     or    not $back and (key > cast($key as double) or key = cast($key as double) and place > $place)
     or    $back and (key < cast($key as double) or key = cast($key as double) and place < $place)
  order by case when $back then -key else key end, case when $back then -place else place end
  limit    $most)
select   l.*, c.key
from     chosen c
join     listed l on l.place = c.place
order by c.key, l.place
