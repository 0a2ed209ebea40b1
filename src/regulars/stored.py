"""A study's tables back in an engine, so that a later command needs the shop's folder alone."""

from hashlib import md5
from pathlib import Path

from regulars.analysis import Study
from regulars.engine import DuckEngine, quoted, text
from regulars.schema import COLUMNS
from regulars.shop import Day, Shop

_MORE = {"day": "DATE", "is_return": "BOOLEAN"}


def holds(study: Study, table: str) -> bool:
    """Whether a study holds a table: `sales`, `value`, `rules`, ..."""
    return any(file == f"{table}.parquet" or file.startswith(f"{table}/") for file in study.files)


def stored_sales(engine: DuckEngine, shop: Shop, day: Day, segment: str | None = None) -> None:
    """Names the clean lines of a study `sales`; canonical columns that the input did not fill are NULL.

    With `segment`, the lines of the customers of that named segment alone.
    Raises StoreError where the files are not what the study wrote.
    """
    engine.view_from("stored_sales", f"select * from {_parquet(shop.path_of(day, 'sales'))}")
    only = ""
    if segment is not None:
        stored_customers(engine, shop, day)
        only = f" where customer_id in (select customer_id from customers where segment = {text(segment)})"
    _complete(engine, only)


def only_of(engine: DuckEngine, table: str) -> None:
    """Leaves in `sales`, after `stored_sales`, the lines of the customers of a table alone."""
    _complete(engine, f" where customer_id in (select customer_id from {quoted(table)})")


def all_lines(engine: DuckEngine) -> None:
    """Takes `only_of` back: `sales` holds every line of the study again."""
    _complete(engine, "")


def stored_bucket(engine: DuckEngine, shop: Shop, day: Day, customer: str) -> None:
    """Names the clean lines of one customer, and of those who share their file, `sales`; the file is not checked anew.

    Raises StoreError where the study has no lines.
    """
    folder = shop.path_of(day, "sales", check=False)
    names = sorted(file.stem for file in folder.iterdir())
    name = "all" if names == ["all"] else md5(customer.encode(), usedforsecurity=False).hexdigest()[: len(names[0])]
    engine.load("stored_sales", folder / f"{name}.parquet")
    _complete(engine, "")


def _complete(engine: DuckEngine, only: str) -> None:
    """`sales` from `stored_sales`: canonical columns that the input did not fill are NULL."""
    held = engine.column_names("stored_sales")
    kinds = {column.name: column.kind for column in COLUMNS} | _MORE
    missing = [f"cast(null as {kind}) as {quoted(name)}" for name, kind in kinds.items() if name not in held]
    engine.view_from("sales", f"select {', '.join(['*', *missing])} from stored_sales{only}")


def stored_customers(engine: DuckEngine, shop: Shop, day: Day) -> None:
    """Names the customers of a study `customers`: features, scores, segment, cluster. Raises StoreError."""
    engine.view_from("customers", f"select * from {_parquet(shop.path_of(day, 'customers.parquet'))}")


def stored_buyers(engine: DuckEngine, shop: Shop, day: Day) -> None:
    """As `stored_customers` without whom only a customer table names: no figure of orders is about them."""
    query = f"select * from {_parquet(shop.path_of(day, 'customers.parquet'))} where cluster is not null"
    engine.view_from("customers", query)


def _parquet(place: Path) -> str:
    files = place / "**" / "*.parquet" if place.is_dir() else place
    return f"read_parquet({text(str(files))}, hive_partitioning = false)"
