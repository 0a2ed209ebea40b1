-- history_counts   one row: how many customers there are to learn from
-- reads            histories
-- gives            customers, repeaters (came back at least once)
select count(*)                                               as customers,
       sum(case when repeats > 0 then 1 else 0 end)           as repeaters
from   histories
