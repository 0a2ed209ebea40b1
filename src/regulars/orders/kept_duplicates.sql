-- kept_duplicates   one row: exact repeats among the lines, all of them and those that name no order or no product
-- reads             lines, duplicates
-- gives             lines, unnamed, of (lines that have a customer)
select (select count(*) from duplicates)                                    as lines,
       (select count(*) from duplicates where not named)                    as unnamed,
       (select count(*) from lines where customer_id is not null)           as "of"
