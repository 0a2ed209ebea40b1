-- set_aside   one row per line that has a customer and is left out, with the first reason that applies
-- reads       entries, duplicates
-- gives       line, reason
-- values      $drop_duplicates (bool), $earliest, $latest (days that are possible)
select line, reason
from (
  select e.line,
         case when $drop_duplicates and d.named then 'duplicate'
              when e.day < cast($earliest as date) or e.day > cast($latest as date) then
                case when e.reason is null or e.reason in ('other_currency', 'outside_window', 'filtered')
                     then 'impossible_date' else e.reason end
              else e.reason end as reason
  from      entries e
  left join duplicates d on d.line = e.line)
where reason is not null
