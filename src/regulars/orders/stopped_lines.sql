-- stopped_lines   one row per line whose order never happened
-- reads           lines; stopped: status, reason
-- gives           line, reason
select l.line, s.reason
from   lines l
join   stopped s on s.status = l.status
