-- listed   one row per customer of a study, in the order of customer_id: what lists show, sort and search
-- reads    told: customers, with _name, _email and _phone of the customer table; contacts; kept_value: customer_id,
--          value, expected_orders; kept_rhythm: customer_id, at_risk; segment_places: segment, place
-- gives    place (of customer_id among all, from 1), found and found_personal (what a search reads, in lower case; an
--          id that is an e-mail address or a telephone number is personal), name, email, phone, country, and the columns of customers that lists know; next_value (what is still
--          expected of them), segment_place (the scheme's best segment first)
select    row_number() over (order by c.customer_id) as place,
          c.customer_id,
          case when contains(c.customer_id, '@')
                 or regexp_matches(c.customer_id, '^(\+|00?)[ ().-]?[1-9]([ ().-]?[0-9]){7,13}$') then '' else lower(c.customer_id) end as found,
          lower(concat(c.customer_id, ' ', coalesce(t.name, c._name, ''), ' ', coalesce(t.email, c._email, ''), ' ',
                       coalesce(t.phone, c._phone, '')))
            as found_personal,
          coalesce(t.name, c._name) as name, coalesce(t.email, c._email) as email,
          coalesce(t.phone, c._phone) as phone, t.country,
          c.segment, c.cluster, c.persona_key, c.cluster_persona_key, c.r, c.f, c.m,
          c.recency_days, c.orders, c.monetary, c.avg_order_value, c.first_order, c.last_order, c.profit, c.products,
          c.top_category, cast(v.value as double) as next_value, k.at_risk, p.place as segment_place
from      told c
left join contacts t on t.customer_id = c.customer_id
left join kept_value v on v.customer_id = c.customer_id
left join kept_rhythm k on k.customer_id = c.customer_id
left join segment_places p on p.segment = c.segment
order by  c.customer_id
