-- moves     one row per customer of either of two studies: the group then and now, and what made the difference
-- reads     customers_before, customers: customer_id, segment, cluster (NULL: without orders), monetary; scores_then: customer_id, segment and
--           clusters_then: customer_id, cluster (the present figures judged by the cut points and clusters of before)
-- gives     customer_id, segment_from, segment_to, segment_kind, cluster_from, cluster_to, cluster_kind, sales_from,
--           sales_to (net; NULL without amounts)
-- kind      new, gone; stayed; held (by the rules of before they would have moved); real (the rules of before say the
--           same as those of now); rules (by the rules of before they would have stayed); both
with joined as (
  select    coalesce(b.customer_id, a.customer_id) as customer_id,
            b.segment as segment_from, a.segment as segment_to, s.segment as segment_then,
            b.cluster as cluster_from, a.cluster as cluster_to, c.cluster as cluster_then,
            cast(b.monetary as decimal(28, 4)) as sales_from, cast(a.monetary as decimal(28, 4)) as sales_to
  from      (select * from customers_before where cluster is not null) b
  full join (select * from customers where cluster is not null) a on a.customer_id = b.customer_id
  left join scores_then s on s.customer_id = a.customer_id
  left join clusters_then c on c.customer_id = a.customer_id)
select customer_id, segment_from, segment_to,
       case when segment_from is null then 'new'
            when segment_to is null then 'gone'
            when segment_from = segment_to then case when segment_then = segment_to then 'stayed' else 'held' end
            when segment_then = segment_to then 'real'
            when segment_then = segment_from then 'rules'
            else 'both' end as segment_kind,
       cluster_from, cluster_to,
       case when cluster_from is null then 'new'
            when cluster_to is null then 'gone'
            when cluster_from = cluster_to then case when cluster_then = cluster_to then 'stayed' else 'held' end
            when cluster_then = cluster_to then 'real'
            when cluster_then = cluster_from then 'rules'
            else 'both' end as cluster_kind,
       sales_from, sales_to
from   joined
