-- score_cells   one row per pair of recency and frequency scores that somebody has
-- reads         customers
-- gives         r, f, customers, sales (net; NULL without amounts)
select   r, f, count(*) as customers, sum(monetary) as sales
from     customers
group by r, f
order by r, f
