-- set_aside   one row per line that has a customer and is left out, with the first reason that applies
-- reads       lines; duplicates; non_sales; stopped: status, reason; matching: line (those that --where keeps)
-- gives       line, reason (the order of the branches is the stated order of cleaning)
-- values      $drop_duplicates, $drop_returns, $has_amounts (bool), $earliest, $latest (days that are possible),
--             $since (first day), $until (day after the last), $currency (kept; '' keeps all), $filtered (bool)
select line, reason
from (
  select l.line,
         case
           when d.line is not null and $drop_duplicates then 'duplicate'
           when s.status is not null then s.reason
           when n.product_id is not null then 'non_sale'
           when $drop_returns and (l.quantity < 0 or l.amount < 0) then 'return_dropped'
           when l.quantity = 0 then 'zero_quantity'
           when $has_amounts and l.amount is null then 'no_amount'
           when l.amount = 0 then 'zero_price'
           when l.ordered_at is null then 'no_date'
           when cast(l.ordered_at as date) < cast($earliest as date)
             or cast(l.ordered_at as date) > cast($latest as date) then 'impossible_date'
           when $currency <> '' and l.currency is not null and l.currency <> $currency then 'other_currency'
           when cast(l.ordered_at as date) < cast($since as date)
             or cast(l.ordered_at as date) >= cast($until as date) then 'outside_window'
           when $filtered and m.line is null then 'filtered'
         end as reason
  from      lines l
  left join (select line from duplicates where named) d on d.line = l.line
  left join stopped s on s.status = l.status
  left join non_sales n on n.product_id = coalesce(l.product_id, '') and n.product = coalesce(l.product, '')
  left join matching m on m.line = l.line
  where     l.customer_id is not null)
where reason is not null
