-- set_aside   one row per line that has a customer and is left out, with the first reason that applies
-- reads       entries, duplicates
-- gives       line, reason, is_return, amount
-- values      $drop_duplicates (bool), $earliest, $latest (days that are possible)
select line, 'duplicate' as reason, is_return, amount
from   duplicates
where  named and $drop_duplicates
union all
select   e.line,
         case when (cast(e.ordered_at as date) < cast($earliest as date) or cast(e.ordered_at as date) > cast($latest as date))
                and (e.reason is null or e.reason = 'other_currency' or e.reason = 'outside_window'
                     or e.reason = 'filtered')
              then 'impossible_date' else e.reason end as reason,
         e.is_return, e.amount
from      entries e
left join duplicates d on d.line = e.line and d.named and $drop_duplicates
where     (e.reason is not null or cast(e.ordered_at as date) < cast($earliest as date) or cast(e.ordered_at as date) > cast($latest as date))
  and     d.line is null
