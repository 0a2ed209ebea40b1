-- sold_page   the products of a list that come next in an order: one page
-- reads       sold
-- gives       the columns of sold, and key (the value that is sorted by; unknown ones come last)
-- values      $chosen (the number of the filters), $search (part of a code or name, or NULL), $sort (a column), $sign
--             (1 ascending, -1 descending), $key and $place (of the product that the page begins after; $key NULL: at
--             the start), $back (bool: the page before, in reverse), $most
with wanted as (
  select place,
         coalesce(cast($sign as double) * case cast($sort as varchar)
           when 'code' then place
           when 'product' then by_name
           when 'sales' then sales
           when 'pieces' then pieces
           when 'orders' then orders
           when 'customers' then customers
           when 'returned' then returned
           when 'last_day' then date_diff('day', date '1970-01-01', last_day) end, 1e300) as key
  from   sold
  where  chosen = $chosen
    and  (cast($search as varchar) is null or contains(lower(code), lower(cast($search as varchar)))
          or contains(lower(coalesce(product, '')), lower(cast($search as varchar))))),
next as (
  select   place, key
  from     wanted
  where    cast($key as double) is null
     or    not $back and (key > cast($key as double) or key = cast($key as double) and place > $place)
     or    $back and (key < cast($key as double) or key = cast($key as double) and place < $place)
  order by case when $back then -key else key end, case when $back then -place else place end
  limit    $most)
select   s.*, n.key
from     next n
join     sold s on s.place = n.place
where    s.chosen = $chosen
order by n.key, n.place
