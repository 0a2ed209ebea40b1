-- move_cells   one row per group then, group now and kind of move that some customer has
-- reads        moves
-- gives        origin, target (segment, or number of the cluster; NULL: not in that study), kind, customers, sales_before,
--              sales_after (net; NULL without amounts)
-- values       $clusters (bool: by cluster, else by named segment)
select   case when $clusters then cast(cluster_from as varchar) else segment_from end as origin,
         case when $clusters then cast(cluster_to as varchar) else segment_to end     as target,
         case when $clusters then cluster_kind else segment_kind end                  as kind,
         count(*)                                                                     as customers,
         sum(sales_from)                                                              as sales_before,
         sum(sales_to)                                                                as sales_after
from     moves
group by origin, target, kind
order by origin nulls last, target nulls last, kind
