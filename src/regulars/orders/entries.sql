-- entries   one row per line that has a customer: what cleaning decides on, narrow, so that the lines are read once
-- reads     lines; non_sales; stopped: status, reason; matching: line (those that --where keeps)
-- gives     line, customer, order_key and cells (hashes of who, of the order and of the whole line; they live in this run
--           alone), named (bool: it names an order and a product, so that two equal purchases do not explain a repeat),
--           is_return, ordered_at, amount (negative on a return, whatever sign the input gives it), quantity, profit,
--           shipping_cost, reason (why it is set aside unless it is a duplicate; the order of the branches is the
--           stated order of cleaning)
-- values    $drop_returns, $keep_zero_prices, $has_amounts (bool), $currency (kept; '' keeps all), $since (first day), $until (day after the
--           last), $filtered (bool), $present (the columns that the input fills: the others are NULL, and hashing costs)
select l.line,
       hash(l.customer_id)                                                                         as customer,
       hash(coalesce(l.order_id, cast(cast(l.ordered_at as date) as varchar)))                     as order_key,
       l.cells,
       l.order_id is not null and (l.product_id is not null or l.product is not null)              as named,
       coalesce(l.quantity < 0 or l.amount < 0, false)                                             as is_return,
       l.ordered_at,
       case when l.quantity < 0 and l.amount > 0 then -l.amount else l.amount end                  as amount,
       l.quantity,
       l.profit,
       l.shipping_cost,
       case
         when s.status is not null then s.reason
         when n.product_id is not null then 'non_sale'
         when $drop_returns and (l.quantity < 0 or l.amount < 0) then 'return_dropped'
         when l.quantity = 0 then 'zero_quantity'
         when $has_amounts and l.amount is null then 'no_amount'
         when l.amount = 0 and not $keep_zero_prices then 'zero_price'
         when l.ordered_at is null then 'no_date'
         when $currency <> '' and l.currency is not null and l.currency <> $currency then 'other_currency'
         when cast(l.ordered_at as date) < cast($since as date)
           or cast(l.ordered_at as date) >= cast($until as date) then 'outside_window'
         when $filtered and m.line is null then 'filtered'
       end                                                                                         as reason
from      (select *, hash(*columns(lambda c: list_contains($present, c))) as cells from lines where customer_id is not null) l
left join stopped s on s.status = l.status
left join non_sales n on n.product_id = coalesce(l.product_id, '') and n.product = coalesce(l.product, '')
left join matching m on m.line = l.line
