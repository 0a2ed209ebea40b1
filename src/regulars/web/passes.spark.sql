-- passes   one row: a bit for each customer, set where one of their order lines is from a country, of a category and of some
--          days, all at once; NULL asks for all
-- reads    lines
-- gives    bits (bytes; the first bit is that of place 1; NULL: nobody's)
-- values   :country, :category, :since, :until (since <= day < until); :customers (their number, rounded up to whole bytes)
-- twin     Spark has no strings of bits: bytes are summed and written in order
WITH passing AS (
  SELECT DISTINCT CAST(customer_id AS BIGINT) AS place
  FROM lines
  WHERE NOT is_return
    AND (:country IS NULL OR country = CAST(:country AS STRING))
    AND (:category IS NULL OR category = CAST(:category AS STRING))
    AND (:since IS NULL OR day >= CAST(:since AS DATE))
    AND (:until IS NULL OR day < CAST(:until AS DATE))
),
bytes AS (
  SELECT nr, MAX(asked) AS asked, SUM(bit) AS byte
  FROM (
    SELECT (place - 1) DIV 8 AS nr, 1 AS asked, SHIFTLEFT(1, CAST(7 - (place - 1) % 8 AS INT)) AS bit FROM passing
    UNION ALL
    SELECT EXPLODE(SEQUENCE(CAST(0 AS BIGINT), CAST(:customers DIV 8 - 1 AS BIGINT))), 0, 0
  ) AS every
  GROUP BY nr
),
written AS (
  SELECT ARRAY_SORT(COLLECT_LIST(STRUCT(nr, LPAD(HEX(byte), 2, '0') AS pair))) AS pairs, MAX(asked) AS asked FROM bytes
)
SELECT CASE WHEN asked = 1 THEN UNHEX(CONCAT_WS('', TRANSFORM(pairs, one -> one.pair))) END AS bits
FROM written
