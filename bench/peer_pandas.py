"""The peer: the job as a pandas script, in a process of its own."""

import sys

import pandas as pd


def main(source: str, target: str) -> None:
    lines = pd.read_parquet(source)
    for column in ("Invoice", "StockCode", "Description", "Country"):
        lines[column] = lines[column].str.strip()
    lines = lines[lines["Customer ID"].notna() & (lines["Quantity"] > 0) & (lines["Price"] > 0)].drop_duplicates()
    lines["amount"] = lines["Quantity"] * lines["Price"]
    day = lines["InvoiceDate"].dt.normalize()
    as_of = day.max() + pd.Timedelta(days=1)
    customers = (
        lines.assign(day=day)
        .groupby("Customer ID")
        .agg(last=("day", "max"), frequency=("Invoice", "nunique"), monetary=("amount", "sum"))
        .reset_index()
    )
    customers["recency"] = (as_of - customers["last"]).dt.days
    for score, measure, ascending in (("r", "recency", False), ("f", "frequency", True), ("m", "monetary", True)):
        rank = customers[measure].rank(method="first", ascending=ascending)
        customers[score] = pd.qcut(rank, min(5, len(customers)), labels=False) + 1
    customers = customers.rename(columns={"Customer ID": "customer_id"}).drop(columns="last")
    customers.to_parquet(target, index=False)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
