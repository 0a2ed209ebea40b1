-- duplicates   one row per line that repeats an earlier line in every column (its number in the input aside)
-- reads        entries
-- gives        line, named, is_return, amount
-- why          customer and cells are two hashes of 64 bits: a customer would need billions of lines to see two meet
with repeats as (
  select line
  from   (select line, row_number() over (partition by customer, cells order by line) as copy from entries) as copies
  where  copy > 1)
select e.line, e.named, e.is_return, e.amount
from   entries e
join   repeats r on r.line = e.line
