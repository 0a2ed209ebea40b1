-- listed_page   the customers of a filter that come next in an order: one page
-- reads         listed, bought, shopped, active
-- gives         the columns of listed, and key (the value that is sorted by; unknown ones come last)
-- values        as of listed_count; :sort (a column), :sign (1 ascending, -1 descending), :key and :place (of the
--               customer that the page begins after; :key NULL: at the start), :back (bool: the page before, in reverse), :most
-- twin         DuckDB asks a bit of each customer for who ordered there, then or of that, three times as fast as a join
WITH wanted AS (
  SELECT
    place,
    COALESCE(
      CAST(:sign AS DOUBLE) * CASE CAST(:sort AS STRING)
        WHEN 'customer_id'
        THEN place
        WHEN 'segment'
        THEN segment_place
        WHEN 'cluster'
        THEN cluster
        WHEN 'recency_days'
        THEN recency_days
        WHEN 'orders'
        THEN orders
        WHEN 'monetary'
        THEN monetary
        WHEN 'avg_order_value'
        THEN avg_order_value
        WHEN 'first_order'
        THEN DATEDIFF(DAY, CAST('1970-01-01' AS DATE), first_order)
        WHEN 'profit'
        THEN profit
        WHEN 'products'
        THEN products
        WHEN 'next_value'
        THEN next_value
      END,
      1e300
    ) AS key
  FROM listed
  WHERE
    (
      CAST(:search AS STRING) IS NULL
      OR CONTAINS(
        CASE WHEN :personal THEN found_personal ELSE found END,
        LOWER(CAST(:search AS STRING))
      )
    )
    AND (
      CAST(:segment AS STRING) IS NULL OR segment = :segment
    )
    AND (
      CAST(:cluster AS INT) IS NULL OR cluster = :cluster
    )
    AND (
      CAST(:persona AS STRING) IS NULL OR persona_key = :persona
    )
    AND (
      CAST(:country AS STRING) IS NULL
      OR place IN (
        SELECT
          place
        FROM shopped
        WHERE
          country = :country
      )
    )
    AND (
      CAST(:at_risk AS BOOLEAN) IS NULL OR at_risk = :at_risk
    )
    AND (
      CAST(:category AS STRING) IS NULL
      OR place IN (
        SELECT
          place
        FROM bought
        WHERE
          category = :category
      )
    )
    AND (
      CAST(:since AS DATE) IS NULL
      OR place IN (
        SELECT
          place
        FROM active
        WHERE
          day >= CAST(:since AS DATE) AND day < CAST(:until AS DATE)
      )
    )
), chosen AS (
  SELECT
    place,
    key
  FROM wanted
  WHERE
    CAST(:key AS DOUBLE) IS NULL
    OR NOT :back
    AND (
      key > CAST(:key AS DOUBLE) OR key = CAST(:key AS DOUBLE) AND place > :place
    )
    OR :back
    AND (
      key < CAST(:key AS DOUBLE) OR key = CAST(:key AS DOUBLE) AND place < :place
    )
  ORDER BY
    CASE WHEN :back THEN -key ELSE key END NULLS LAST,
    CASE WHEN :back THEN -place ELSE place END NULLS LAST
  LIMIT :most
)
SELECT
  l.*,
  c.key
FROM chosen AS c
JOIN listed AS l
  ON l.place = c.place
ORDER BY
  c.key NULLS LAST,
  l.place NULLS LAST
