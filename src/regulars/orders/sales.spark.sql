-- sales    one row per clean line: a sale or a return of a known customer
-- reads    lines, set_aside
-- gives    the columns of lines and: order_id (the customer's day where the input names no order), day, is_return,
--          amount (negative on a return, whatever sign the input gives it)
-- twin     Spark knows no `replace` in a select list
select l.* except (order_id, amount),
       coalesce(l.order_id, cast(cast(l.ordered_at as date) as string))        as order_id,
       case when l.quantity < 0 and l.amount > 0 then -l.amount else l.amount end as amount,
       cast(l.ordered_at as date)                                              as day,
       coalesce(l.quantity < 0 or l.amount < 0, false)                         as is_return
from   lines l
left anti join set_aside s on s.line = l.line
where  l.customer_id is not null
