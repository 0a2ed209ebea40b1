"""Lists of customers over millions: search, filters, an order, and pages by key (no offset is ever counted off).

One narrow table per study, `listed`, is laid out ahead (laid.py); a page is one scan of it, which asks a bit of each
customer for who ordered from a country, of a category or in a period.
The order is total: it ends with customer_id. Dashboard, API and CSV ask the same function.
"""

from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Final

from regulars.engine import Row
from regulars.errors import UsageError
from regulars.web.behind import Lines, members
from regulars.web.laid import PERSONAL as PERSONAL
from regulars.web.laid import ready
from regulars.web.marks import mark_of, read_mark
from regulars.web.masks import MASK, TELEPHONE, ids_personal, shown_id
from regulars.web.opened import Kept, Opened

# what a list can be sorted by, and whether the largest comes first unless one asks otherwise
SORTS: Final[dict[str, bool]] = {
    "monetary": True, "orders": True, "recency_days": False, "first_order": True, "avg_order_value": True,
    "next_value": True, "products": True, "profit": True, "segment": False, "cluster": False, "customer_id": False,
}  # fmt: skip
MOST = 500  # customers of a page
MASKS = 16  # countries, categories and periods of which it is remembered who ordered so, a bit for each customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which customers: all that is given must hold. `since` and `until` are days, the second one not included."""

    search: str | None = None  # part of an id; of a name, e-mail address or telephone number for those who may see it
    segment: str | None = None
    cluster: int | None = None
    persona: str | None = None  # key
    country: str | None = None  # ordered from it
    category: str | None = None  # bought of it, there
    since: date | None = None  # ordered on a day of the period, so
    until: date | None = None
    at_risk: bool | None = None  # quiet for longer than is usual for them
    behind: str | None = None  # stand behind a part of a chart: see behind.py


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A page of a list: a filter, an order, and the mark of the page, as `CustomersPage` gives it."""

    filter: Filter = Filter()
    sort: str = "monetary"
    descending: bool | None = None  # None: as SORTS says
    mark: str | None = None
    most: int = 50

    @property
    def falling(self) -> bool:
        """Whether the largest comes first."""
        return SORTS[self.sort] if self.descending is None else self.descending


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in a list. Money is in the study's currency; what is masked for the reader is `MASK`."""

    customer_id: str
    name: str | None
    email: str | None
    phone: str | None
    country: str | None  # of their latest line that names one; a filter asks for any that they ordered from
    segment: str | None
    persona_key: str | None
    cluster: int | None
    r: int | None
    f: int | None
    m: int | None
    recency_days: int | None
    orders: int | None
    monetary: float | None
    avg_order_value: float | None
    first_order: date | None
    last_order: date | None
    profit: float | None
    products: int | None
    top_category: str | None
    next_value: float | None  # still expected within the horizon of the study's value part
    at_risk: bool | None


_FIELDS = tuple(field.name for field in fields(CustomerRow))


@dataclass(frozen=True, slots=True)
class CustomersPage:
    """A page of a list, of `total` customers that the filter leaves. The marks lead to the next and the page before."""

    customers: tuple[CustomerRow, ...]
    total: int
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Totals:
    """The customers that a filter leaves, in sum; None where the study does not say."""

    customers: int
    sales: float | None  # net
    next_value: float | None
    at_risk: int
    rhythms: int  # customers of whom it can be said whether they are at risk


def totals(found: Opened, asked: Filter, personal: bool = False) -> Totals:
    """What a filter leaves, counted once per study."""
    ready(found)
    values = _values(found, asked, personal)
    return found.once(("totals", personal, asked), lambda: Totals(**found.engine.ask("web/listed_count", **values)[0]))


def customers_page(found: Opened, wanted: Wanted, personal: bool = False) -> CustomersPage:
    """One page of a study's customers; personal columns masked and unsearched unless `personal`.

    Raises UsageError for an unknown order, a size or a mark that cannot be.
    """
    return customers_placed(found, wanted, personal)[0]


def customers_placed(found: Opened, wanted: Wanted, personal: bool = False) -> tuple[CustomersPage, tuple[int, ...]]:
    """A page, and the places of its customers in the order of ids, which name them where their id is masked."""
    if wanted.sort not in SORTS:
        raise UsageError("list_sort", name=wanted.sort, known=", ".join(SORTS))
    if not 1 <= wanted.most <= MOST:
        raise UsageError("list_size", size=wanted.most, most=MOST)
    key, place, back = begins(wanted.mark)
    total = totals(found, wanted.filter, personal).customers
    rows = found.engine.ask(
        "web/listed_page", **_values(found, wanted.filter, personal), sort=wanted.sort,
        sign=-1.0 if wanted.falling else 1.0, key=key, place=place, back=back, most=wanted.most + 1,
    )  # fmt: skip
    more = len(rows) > wanted.most
    rows = rows[1:] if back and more else rows[: wanted.most]
    after = rows and (more or back)
    before = rows and (more if back else wanted.mark is not None)
    shown = CustomersPage(
        tuple(_row(found, row, personal) for row in rows),
        total,
        mark_of(rows[-1]["key"], str(rows[-1]["place"])) if after else None,
        mark_of(rows[0]["key"], str(rows[0]["place"]), back=True) if before else None,
    )
    return shown, tuple(row["place"] for row in rows)


def begins(mark: str | None) -> tuple[float | None, int | None, bool]:
    """Where a page begins: after a key and a place, or with the last of the three before them."""
    key, place, back = read_mark(mark)
    if place is None:
        return None, None, False
    if not isinstance(key, float) or not (place.isascii() and place.isdigit() and len(place) < 16):
        raise UsageError("list_mark")
    return key, int(place), back


def write_wanted(found: Opened, wanted: Wanted, path: Path, personal: bool = False) -> None:
    """Writes all customers of a list, in its order, to a Parquet file; without personal columns unless `personal`."""
    ready(found)
    columns = [name for name in _FIELDS if personal or name not in (*PERSONAL, "customer_id")]
    hidden = f"contains(customer_id, '@') or regexp_matches(customer_id, '{TELEPHONE}')"
    hidden = "true" if ids_personal(found.study) else hidden
    id_ = "customer_id" if personal else f"case when {hidden} then '{MASK}' else customer_id end"
    with found.once("writing", Lock):
        found.engine.make(
            "web/listed_page", **_values(found, wanted.filter, personal), sort=wanted.sort,
            sign=-1.0 if wanted.falling else 1.0, key=None, place=None, back=False, most=2**62,
        )  # fmt: skip
        chosen = ", ".join([f"{id_} as customer_id", *(name for name in columns if name != "customer_id")])
        found.engine.write_parquet(f"select {chosen} from listed_page order by key, place", path)
        found.engine.drop("listed_page")


def _values(found: Opened, asked: Filter, personal: bool) -> dict[str, Any]:
    """A filter as the values of the steps."""
    text = (asked.search or "").strip() or None
    text = text and (text if personal or not ids_personal(found.study) else MASK)  # nobody is found by a hidden id
    return {
        "search": text, "personal": personal, "segment": asked.segment, "cluster": asked.cluster,
        "persona": asked.persona, "at_risk": asked.at_risk, "bits": _bits(found, asked),
    }  # fmt: skip


def _bits(found: Opened, asked: Filter) -> bytes | None:
    """Who ordered from the country, of the category and in the period: a bit for each place; None asks for all.

    A join would cost every page again what these bits cost once.
    """
    lines = Lines(asked.country, asked.category, asked.since, asked.until)
    size = found.once("bytes of bits", lambda: _bytes(found))
    few = found.once("bits", lambda: Kept(MASKS))
    passing = -1
    if lines:
        passing &= few.once(lines, partial(_passing, found, lines, size))
    if asked.behind:
        passing &= few.once((lines, asked.behind), partial(members, found, asked.behind, size, lines))
    return None if passing == -1 else passing.to_bytes(size, "big")


def _bytes(found: Opened) -> int:
    """How many bytes hold a bit for each customer."""
    customers = found.engine.rows("select count(*) as n from listed")[0]["n"]
    return max(1, (int(customers) + 7) // 8)


def _passing(found: Opened, lines: Lines, size: int) -> int:
    bits = found.engine.ask("web/passes", **asdict(lines), customers=size * 8)[0]["bits"]
    return int.from_bytes(bits or b"", "big")


def _row(found: Opened, row: Row, personal: bool) -> CustomerRow:
    hidden = () if personal else [name for name in PERSONAL if row[name] is not None]
    shown: dict[str, Any] = {name: MASK if name in hidden else row[name] for name in _FIELDS}
    shown["customer_id"] = shown_id(found.study, row["customer_id"], personal)
    return CustomerRow(**shown)
