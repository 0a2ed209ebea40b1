-- listed_count   one row: the customers that a filter leaves, in sum; the same filter as listed_page
-- reads          listed
-- gives          customers, sales, next_value (NULL: unknown of all), at_risk, rhythms (customers of whom it can be said)
-- values         :search (part of an id or, where :personal, of a name, e-mail address or telephone number), :segment,
--                :cluster, :persona, :at_risk; :bits (of passes: who may pass at all); NULL: not asked for
-- twin           Spark has no strings of bits: it looks up a byte, and its bit
select count(*) as customers,
       cast(sum(cast(monetary as decimal(28, 4))) as double) as sales,
       cast(sum(cast(next_value as decimal(28, 4))) as double) as next_value,
       count(*) FILTER (WHERE at_risk) as at_risk,
       count(at_risk) as rhythms
from   listed
where  (cast(:search as string) is null
        or contains(case when :personal then found_personal else found end, lower(cast(:search as string))))
  and  (cast(:segment as string) is null or segment = :segment)
  and  (cast(:cluster as integer) is null or cluster = :cluster)
  and  (cast(:persona as string) is null or persona_key = :persona)
  and  (cast(:at_risk as boolean) is null or at_risk = :at_risk)
  and  (CAST(:bits AS BINARY) is null or GETBIT(CAST(CONV(HEX(SUBSTRING(:bits, CAST((place - 1) DIV 8 + 1 AS INT), 1)), 16, 10) AS INT),
                    CAST(7 - (place - 1) % 8 AS INT)) = 1)
