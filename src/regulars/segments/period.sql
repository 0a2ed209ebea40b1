-- period   one row per customer of a period: the features that clusters may be learned from, as of its end
-- reads    period_measures; period_products (empty where no feature needs it)
-- gives    the columns of measures, products (int)
select    m.*, coalesce(p.products, 0) as products
from      period_measures m
left join period_products p on p.customer_id = m.customer_id
