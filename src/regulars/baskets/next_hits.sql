-- next_hits   one row per product of a list that the customer did buy
-- reads       next_shown: c, p, place; next_truth
-- gives       c, place
-- values      $again (bool: which list)
select s.c, s.place
from   next_shown s
join   next_truth t on t.c = s.c and t.p = s.p
where  t.again = $again
