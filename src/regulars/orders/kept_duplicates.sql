-- kept_duplicates   one row: exact repeats among the lines that name an order and a product, and among the others
-- reads             duplicates, unnamed_repeats
-- gives             named, unnamed (lines)
select (select count(*) from duplicates) as named, (select count(*) from unnamed_repeats) as unnamed
