-- behind_move   the customers who went from a group to another between two studies, and are in the later one
-- reads         moves
-- gives         customer_id
-- values        $clusters (bool: groups are clusters, else named segments), $origin (NULL: new), $target
select customer_id
from   moves
where  coalesce(case when $clusters then cast(cluster_from as varchar) else segment_from end, '')
       = coalesce(cast($origin as varchar), '')
and    case when $clusters then cast(cluster_to as varchar) else segment_to end = $target
