-- basket_items   one row per basket and item that was bought in it; what came back is not taken out
-- reads          sales
-- gives          b, i (hashes of the basket and of the item's code; they live in this run alone), day (of the first line)
-- values         :basket (order | customer | day), :level (product | subcategory | category)
-- twin           Spark's HASH has 32 bits and would merge baskets
select   xxhash64(customer_id, case :basket when 'order' then order_id
                                            when 'day' then cast(day as string) else '' end) as b,
         xxhash64(case :level when 'product' then coalesce(product_id, product)
                              when 'subcategory' then subcategory else category end)         as i,
         min(day)                                                                            as day
from     sales
where    not is_return
     and case :level when 'product' then coalesce(product_id, product)
                     when 'subcategory' then subcategory else category end is not null
group by 1, 2
