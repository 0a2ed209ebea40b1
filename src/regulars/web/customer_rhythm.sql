-- customer_rhythm   the gaps between one customer's order days, and whether they are beyond them
-- reads             kept_rhythm
-- gives             gaps, usual_gap_days, longest, silence, at_risk, state
-- values            $id
select gaps, usual_gap_days, longest, silence, at_risk, state
from   kept_rhythm
where  customer_id = $id
