-- next_products   one row per product bought before the day
-- reads           next_pairs; next_ages: age, month (a weight that halves every 30 days)
-- gives           p, buyers, repeats (times it was bought again), gap_days (between them, summed), fresh (weight of the
--                 customers who first bought it of late)
select   x.p, count(*) as buyers, cast(sum(x.times) - count(*) as bigint) as repeats,
         cast(sum(x.first_age - x.last_age) as bigint) as gap_days, cast(sum(a.month) as bigint) as fresh
from     next_pairs x
join     next_ages a on a.age = least(x.first_age, 4000)
group by x.p
