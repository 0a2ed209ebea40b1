-- listed_count   one row: the customers that a filter leaves, in sum; the same filter as listed_page
-- reads          listed, bought, shopped, active
-- gives          customers, sales, next_value (NULL: unknown of all), at_risk, rhythms (customers of whom it can be said)
-- values         :search (part of an id or, where :personal, of a name, e-mail address or telephone number), :segment,
--                :cluster, :persona, :country, :at_risk, :category, :since, :until (days); NULL: not asked for
-- twin          DuckDB asks a bit of each customer for who ordered there, then or of that, three times as fast as a join
SELECT
  COUNT(*) AS customers,
  CAST(SUM(CAST(monetary AS DECIMAL(28, 4))) AS DOUBLE) AS sales,
  CAST(SUM(CAST(next_value AS DECIMAL(28, 4))) AS DOUBLE) AS next_value,
  COUNT(*) FILTER(WHERE
    at_risk) AS at_risk,
  COUNT(at_risk) AS rhythms
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
