"""What lists read, laid out once per study in a file that all workers of a server share.

    toko/.web/lists/<key>.tables   of one study; the key changes with the study, the engine and the steps
    toko/.web/lists/<key>.new/     being made; left by a killed process, removed by the next
    toko/.web/lists/.lock          held by whoever makes one

A small shop's are made where they are first asked for, a larger one's by a process of its own, so that no worker holds
the memory that it takes. The file is there, whole, or it is not; so any number of workers agree.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from regulars.analysis import UNDATED, Study
from regulars.contacts import told_sql
from regulars.engine import DuckEngine
from regulars.errors import LockedError, RegularsError, StoreError
from regulars.lock import held, locked
from regulars.publish import NO_ORDERS
from regulars.shop import Day, Shop, open_shop
from regulars.steps import step_sql
from regulars.stored import holds, stored_customers, stored_sales
from regulars.tablefile import VERSION, read_tables, write_tables
from regulars.web.jobs import Process, apart
from regulars.web.keys import own_folder

if TYPE_CHECKING:
    from regulars.web.opened import Opened

STEPS = ("places", "contacts", "product_rows", "listed", "numbered", "lines")
WORDS = (("category",), ("subcategory",), ("country",), ("ship_mode",), ("product_id", "product"))  # that lines repeat
SMALL = 100_000  # rows read, and customers, up to which a request makes them itself
PATIENCE = 1.0  # seconds that a request waits
PAUSE = 0.05
MEMORY = "512MB"  # at most, of the process that makes them
PAGE_MEMORY = "160MB"  # at most, of an engine that sums up lines for a page
PERSONAL = ("name", "email", "phone")
_TEXTS = ("customer_id", "order_id", "product_id", "product", "category", "subcategory", "country", "ship_mode")
_SUMS = ("amount", "quantity", "profit", "discount")
_LINES = {**dict.fromkeys(_TEXTS, "VARCHAR"), **dict.fromkeys(_SUMS, "DECIMAL(18, 4)"), "is_return": "BOOLEAN",
          "day": "DATE", "ordered_at": "TIMESTAMP"}  # fmt: skip
_makers: dict[Path, Process] = {}
_making = Lock()


def ready(found: "Opened", patience: float = PATIENCE) -> None:
    """Makes `listed`, `products` and `lines` known to a study's engine.

    Raises RegularsError `lists_waiting` where they are still being made, StoreError where they cannot be.
    """
    place = _place(found.shop, found.checksum)
    last, asked = time.monotonic() + patience, False
    while True:
        with suppress(FileNotFoundError):
            return found.once("laid", partial(_read, found.engine, place))
        if asked and time.monotonic() > last:
            raise RegularsError("lists_waiting")
        asked = True
        if small(found.study):
            with suppress(LockedError):
                lay(found.shop, found.study, found.checksum)
        else:
            ask(found)
            time.sleep(PAUSE)


@contextmanager
def numbered(found: "Opened") -> Iterator[DuckEngine]:
    """An engine with the lines of a study as `sales` and its `customers`; numbers stand for their ids and for orders.

    Raises RegularsError as `ready`.
    """
    ready(found)
    with DuckEngine(threads=1, memory_limit=PAGE_MEMORY) as engine:  # a second thread would cost more than it saves
        _read(engine, _place(found.shop, found.checksum))
        engine.view("web/by_place")
        engine.view_from("customers", "select * from by_place")
        engine.view_from("sales", "select * from lines")
        yield engine


def small(study: Study) -> bool:
    """Whether a request makes the lists of that study itself."""
    return max(study.reconciliation.read, study.customers, study.people.customers if study.people else 0) <= SMALL


def lay(shop: Shop, study: Study, checksum: str, alone: bool = False) -> None:
    """Makes the file of a study unless it stands; `alone`: nobody else works in this process.

    Raises LockedError where another process makes one, StoreError.
    """
    place = _place(shop, checksum)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    with locked(place.parent / ".lock"):
        if place.exists():
            return
        _sweep(shop, place.parent)
        new = place.with_suffix(".new")
        new.mkdir(mode=0o700)
        if alone:
            tempfile.tempdir = str(new)  # what spills goes with it, however this process ends
        try:
            with DuckEngine(threads=2, memory_limit=MEMORY) as engine:
                write_tables(engine, _tables(engine, shop, study), new / "tables", {"lines": WORDS})
            (new / "tables").replace(place)
            _sweep(shop, place.parent)  # somebody may have been forgotten meanwhile
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _place(shop: Shop, checksum: str) -> Path:
    key = sha256("\n".join((checksum, VERSION, *_texts())).encode()).hexdigest()[:32]
    return own_folder(shop.folder) / "lists" / f"{key}.tables"


@cache
def _texts() -> tuple[str, ...]:
    """How the tables are made: other steps, another file."""
    return tuple(step_sql(f"web/{name}") for name in STEPS)


def _read(engine: DuckEngine, place: Path) -> None:
    if not place.exists():
        raise FileNotFoundError
    read_tables(engine, place)


def _sweep(shop: Shop, folder: Path) -> None:
    """Removes what belongs to no study that stands, and what killed processes left."""
    kept = {_place(shop, shop.mark(day)[1]).name for day in shop.days()} | {".lock"}
    for left in folder.iterdir():
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        elif left.name not in kept:
            with suppress(OSError):
                left.unlink()


def ask(found: "Opened") -> None:
    """Has a process make the lists of a study, unless they stand or one is at it.

    Raises StoreError where the last one that was asked ended without having made them.
    """
    place = _place(found.shop, found.checksum)
    with _making:
        maker = _makers.pop(place, None)
        if maker is not None and maker.poll() is None:
            _makers[place] = maker
        elif maker is not None and maker.returncode:
            raise StoreError("lists_failed")
        elif not place.exists() and not held(place.parent / ".lock"):
            folder = str(found.shop.folder)
            _makers[place] = apart("regulars.web.laid", folder, found.study.folder, cwd=place.parent.parent)


def _tables(engine: DuckEngine, shop: Shop, study: Study) -> tuple[str, ...]:
    """Makes the tables, and names them."""
    day: Day = study.as_of or UNDATED
    stored_customers(engine, shop, day)
    engine.make("web/places")
    if holds(study, "sales"):
        stored_sales(engine, shop, day)
    else:
        engine.put("sales", _LINES, [])  # nobody has ordered anything
    engine.view_from("chosen", "select * from sales")
    engine.make("web/product_rows")
    engine.view_from("products", "select * from product_rows")
    _beside(engine, shop, study)
    engine.view_from("told", told_sql(study))
    engine.make("web/listed")
    engine.make("web/numbered")
    engine.view("web/lines")
    return "listed", "products", "lines"


def _beside(engine: DuckEngine, shop: Shop, study: Study) -> None:
    """What `listed` reads beside the customers; empty tables for what the study lacks."""
    if holds(study, "sales") and {"country", *PERSONAL} & set(engine.column_names("stored_sales")):
        engine.make("web/contacts")
    else:
        engine.put("contacts", dict.fromkeys(("customer_id", "country", *PERSONAL), "VARCHAR"), [])
    for table, column, kind in (("value", "value", "DOUBLE"), ("rhythm", "at_risk", "BOOLEAN")):
        if holds(study, table):
            engine.load(f"kept_{table}", shop.path_of(study.as_of or UNDATED, f"{table}.parquet", check=False))
        else:
            engine.put(f"kept_{table}", {"customer_id": "VARCHAR", column: kind}, [])
    places = [(name, place) for place, name in enumerate((*study.scheme.segments, NO_ORDERS), 1)]
    engine.put("segment_places", {"segment": "VARCHAR", "place": "INTEGER"}, places)


def main(folder: str, name: str) -> None:
    """Makes the lists of the study of that name, unless another process makes some: whoever waits asks again."""
    shop = open_shop(Path(folder))
    day: Day = UNDATED if name == UNDATED else date.fromisoformat(name)
    with suppress(LockedError):
        lay(shop, shop.load(day), shop.mark(day)[1], alone=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
