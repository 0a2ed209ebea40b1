-- duplicates   one row per line that repeats an earlier line in every column (its number in the input aside)
-- reads        entries
-- gives        line, named, is_return, amount
-- why          customer and cells are two hashes of 64 bits: a customer would need billions of lines to see two meet
with suspects as (
  select cells from entries group by cells having count(*) > 1)
select line, named, is_return, amount
from (
  select e.line, e.named, e.is_return, e.amount,
         row_number() over (partition by e.customer, e.cells order by e.line) as copy
  from   entries e
  join   suspects s on s.cells = e.cells)
where copy > 1
