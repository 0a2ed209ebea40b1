-- repeats   one row per line that repeats an earlier line in every column (its number in the input aside)
-- reads     cells
-- gives     line
select line
from   (select line, row_number() over (partition by cells order by line) as copy from cells) as copies
where  copy > 1
