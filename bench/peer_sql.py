"""The peer: the job as an analyst writes it in plain SQL, run by DuckDB in a process of its own."""

import sys

import duckdb

SQL = """
copy (
    with clean as (
        select distinct trim("Invoice") as invoice, trim("StockCode") as stock_code, trim("Description") as description,
               "Quantity" as quantity, "InvoiceDate" as invoice_date, "Price" as price, "Customer ID" as customer_id,
               trim("Country") as country
        from   read_parquet($source)
        where  "Customer ID" is not null and "Quantity" > 0 and "Price" > 0
    ), customers as (
        select customer_id,
               date_diff('day', max(invoice_date)::date, (select max(invoice_date)::date + 1 from clean)) as recency,
               count(distinct invoice) as frequency, sum(quantity * price::decimal(18, 4)) as monetary
        from   clean group by customer_id
    )
    select *, ntile(5) over (order by recency desc) as r, ntile(5) over (order by frequency) as f,
           ntile(5) over (order by monetary) as m
    from   customers order by customer_id
) to $target (format parquet)
"""

if __name__ == "__main__":
    duckdb.execute(SQL, {"source": sys.argv[1], "target": sys.argv[2]})
