"""A list as a page shows it: heads that sort, lines that lead somewhere, marks of the pages beside it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request

from regulars.errors import UsageError
from regulars.locale import Words
from regulars.web.faces import link


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head; `href` sorts by it, where one can."""

    key: str
    label: str
    href: str = ""
    sorted: str = ""  # ascending | descending
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row: what it is called, where it leads, its cells in words. `more` stands small below the name."""

    href: str
    name: str
    cells: tuple[str, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list."""

    caption: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    shown: str
    next: str
    previous: str
    first: str
    csv: str
    xlsx: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: the column, the direction, and what the columns do unless one asks otherwise."""

    sort: str
    falling: bool
    sorts: Mapping[str, bool]


def address(request: Request, kind: str, id_: str) -> str:
    """The page of a customer or a product, whatever its id holds.

    Browsers take the ids `.` and `..` out of a path, whichever way they are written; they go into the query.
    """
    if id_ in {"", ".", ".."}:
        return link(request, f"/{kind}", id=id_)
    return link(request, f"/{kind}/{quote(id_, safe='')}")


def here(request: Request, path: str, names: Iterable[str], **more: str | None) -> str:
    """The address of the same list, changed as asked; `names` are the filters that stay."""
    kept = {name: request.query_params.get(name) or None for name in (*names, "sort", "order", "mark")}
    return link(request, path, **(kept | more))


def order_asked(request: Request, sorts: Mapping[str, bool], usual: str) -> tuple[str, bool | None]:
    """The order that an address asks for, the direction None where it says nothing of it. Raises UsageError."""
    sort = request.query_params.get("sort") or usual
    if sort not in sorts:
        raise UsageError("list_sort", name=sort[:40], known=", ".join(sorts))
    return sort, {"up": False, "down": True}.get(request.query_params.get("order", ""))


def heads(
    columns: Iterable[tuple[str, bool]], order: Order, to: Callable[..., str], say: Words, keys: str = "head"
) -> tuple[Head, ...]:
    """The heads of columns (key, numeric); a click on the sorted one turns the order around."""
    made = []
    for key, numeric in columns:
        label = say(f"web_customers.{keys}.{key}")
        if key not in order.sorts:
            made.append(Head(key, label, numeric=numeric))
            continue
        here = key == order.sort
        falling = not order.falling if here else order.sorts[key]
        turn = None if falling == order.sorts[key] else "down" if falling else "up"
        now = ("descending" if order.falling else "ascending") if here else ""
        made.append(Head(key, label, to(sort=key, order=turn, mark=None), now, numeric))
    return tuple(made)
