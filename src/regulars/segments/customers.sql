-- customers   one row per customer: features, scores, named segment and cluster
-- reads       features, scores, clusters
-- gives       the columns of features, r, f, m, segment, cluster
select f.*, s.r, s.f, s.m, s.segment, c.cluster
from   features f
join   scores s on s.customer_id = f.customer_id
join   clusters c on c.customer_id = f.customer_id
