-- judged    one row per line that has a customer, with the first reason of the stated order why it is no sale
-- reads     lines; policies (one row: what the shop's settings say); duplicates; stopped_lines; non_sale_lines; matching: line
--           (those that --where keeps)
-- gives     line, customer_id, order_id (the customer's day where the input names no order), ordered_at, is_return, amount (negative on
--           a return, whatever sign the input gives it), quantity, profit, shipping_cost, reason (NULL: a clean line)
select l.line,
       l.customer_id,
       coalesce(l.order_id, cast(cast(l.ordered_at as date) as varchar))          as order_id,
       l.ordered_at,
       coalesce(l.quantity < 0 or l.amount < 0, false)                            as is_return,
       case when l.quantity < 0 and l.amount > 0 then -l.amount else l.amount end as amount,
       l.quantity,
       l.profit,
       l.shipping_cost,
       case
         when p.drop_duplicates and d.line is not null then 'duplicate'
         when s.line is not null then s.reason
         when n.line is not null then 'non_sale'
         when p.drop_returns and (l.quantity < 0 or l.amount < 0) then 'return_dropped'
         when l.quantity = 0 then 'zero_quantity'
         when p.has_amounts and l.amount is null then 'no_amount'
         when l.amount = 0 and not p.keep_zero_prices then 'zero_price'
         when l.ordered_at is null then 'no_date'
         when cast(l.ordered_at as date) < p.earliest or cast(l.ordered_at as date) > p.latest then 'impossible_date'
         when p.currency <> '' and l.currency is not null and l.currency <> p.currency then 'other_currency'
         when cast(l.ordered_at as date) < p.since or cast(l.ordered_at as date) >= p.until then 'outside_window'
         when p.filtered and m.line is null then 'filtered'
       end                                                                        as reason
from       lines l
cross join policies p
left join  duplicates d on d.line = l.line
left join  stopped_lines s on s.line = l.line
left join  non_sale_lines n on n.line = l.line
left join  matching m on m.line = l.line
where      l.customer_id is not null
