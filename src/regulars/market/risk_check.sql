-- risk_check   how many of those at risk before $until, and of the others with a rhythm, ordered from then on
-- reads        rhythm (as of $until), gaps
-- gives        flagged (bool), customers, returned; ordered
with later as (select distinct customer_id from gaps where day >= cast($until as date))
select   r.state <> 'steady' as flagged, count(*) as customers, count(l.customer_id) as returned
from     rhythm r
left join later l on l.customer_id = r.customer_id
where    r.state <> 'unknown'
group by r.state <> 'steady'
order by flagged
