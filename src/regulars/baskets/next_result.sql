-- next_result   one row per customer, list and place
-- reads         next_again_top, next_matched, next_favourites, next_items, next_shelf, next_customers
-- gives         customer_id, list (again | next), place, product_id, product, times, last_bought, usual_days (of buying it
--               again: for the list again), because (a product of the customer's: for what goes with it), score
-- values        $top
with filled as (
  select c, p, place, because, score from next_matched
  union all
  select    f.c, f.p, 1000 + f.place as place, cast(null as integer) as because, cast(null as bigint) as score
  from      next_favourites f
  anti join next_matched m on m.c = f.c and m.p = f.p),
tried as (
  select *, row_number() over (partition by c order by place) as rank from filled),
named as (
  select h.n, coalesce(i.name, i.code) as name from next_shelf h join next_items i on i.p = h.p),
every as (
  select c, 'again' as list, place, p, times, last_day, cycle, cast(null as integer) as because, score
  from   next_again_top
  union all
  select c, 'next' as list, cast(rank as integer) as place, p, cast(null as integer) as times,
         cast(null as date) as last_day, cast(null as integer) as cycle, because, score
  from   tried
  where  rank <= $top)
select    w.customer_id, r.list, r.place, i.code as product_id, i.name as product, r.times, r.last_day as last_bought,
          r.cycle as usual_days, n.name as because, r.score
from      every r
join      next_customers w on w.c = r.c
join      next_items i on i.p = r.p
left join named n on n.n = r.because
