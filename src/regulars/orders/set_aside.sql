-- set_aside   one row per line that has a customer and is left out, with the first reason that applies
-- reads       judged
-- gives       line, reason, is_return, amount
select line, reason, is_return, amount
from   judged
where  reason is not null
