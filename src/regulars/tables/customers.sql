-- customers   one row per customer of a customer table: features, scores, named segment and cluster
-- reads       features, scores (nobody without recency, orders and spending), clusters
-- gives       the columns of features, r, f, m, segment, cluster; where nobody has scores, the segment is the cluster
-- values      $named (bool: there are named segments)
select    f.*, s.r, s.f, s.m,
          case when $named then s.segment else concat('Cluster ', cast(c.cluster as varchar)) end as segment,
          c.cluster
from      features f
join      clusters c on c.customer_id = f.customer_id
left join scores s on s.customer_id = f.customer_id
