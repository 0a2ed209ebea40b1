-- behind_spread   the customers of one bar of a histogram: low <= value < high
-- reads           customers: those with orders have a cluster
-- gives           customer_id
-- values          $measure (recency_days, orders or monetary), $low, $high (NULL: open)
select customer_id
from   customers
where  cluster is not null
and    cast(case when $measure = 'recency_days' then recency_days
                 when $measure = 'orders' then orders
                 else monetary end as double) >= cast($low as double)
and    (cast($high as double) is null
        or cast(case when $measure = 'recency_days' then recency_days
                     when $measure = 'orders' then orders
                     else monetary end as double) < cast($high as double))
