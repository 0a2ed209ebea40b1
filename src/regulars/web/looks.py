"""A look at uploads before anything is computed: which hold orders, which customers, and how they are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from regulars.errors import ColumnError, InputError
from regulars.pipeline import foreseen
from regulars.running import table_settings
from regulars.settings import Settings
from regulars.sources.inspect import Cells, Inspection, TableInspection, cells_of, inspect, inspect_table, recognise
from regulars.sources.names import called
from regulars.web.problems import Problem, problem_of

Sort = Literal["orders", "customers"]


@dataclass(frozen=True, slots=True)
class File:
    """One of the uploads, and what it is taken for."""

    upload: str  # its id
    name: str
    kind: Sort


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found. Of orders that were not understood there are the bare `cells`, and the `problem`.

    `dropped`: the columns given did not fit, so that they were recognised anew.
    """

    files: tuple[File, ...]
    orders: Inspection | None = None
    customers: TableInspection | None = None
    cells: Cells | None = None
    problem: Problem | None = None
    dropped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked at: files of orders, a file of customers, what they are called, and the settings.

    `sort`: each of the files of orders may turn out to be a customer table. `otherwise`: settings for the case that the
    columns which they name are not there.
    """

    orders: tuple[Path, ...]
    customers: Path | None
    names: Mapping[str, str]
    settings: Settings
    sort: bool
    who: str | None = None
    otherwise: Settings | None = None


def look(wanted: Wanted) -> Seen:
    """Reads what is wanted. Raises an error where not even the cells of a file can be read, or there are none."""
    seen = _look(wanted)
    if seen.orders and not seen.orders.rows:
        raise InputError("input_empty", file=", ".join(file.name for file in seen.orders.inputs))
    if wanted.otherwise and seen.problem and seen.problem.code == "map_unknown_header":
        return replace(_look(replace(wanted, settings=wanted.otherwise)), dropped=True)
    return seen


def _look(wanted: Wanted) -> Seen:
    if wanted.sort:
        wanted, found = _sorted(wanted)
        if found:
            return _named(found, wanted)
    table = (
        inspect_table(wanted.customers, table_settings(wanted.settings, not wanted.orders, wanted.who))
        if wanted.customers
        else None
    )
    seen = Seen((), customers=table)
    if wanted.orders:
        seen = _orders(wanted, seen)
    return _named(seen, wanted)


def _named(seen: Seen, wanted: Wanted) -> Seen:
    """With files called as their owner calls them; the ids of the uploads stay."""
    return replace(called(seen, wanted.names), files=_files(wanted))


def _sorted(wanted: Wanted) -> tuple[Wanted, Seen | None]:
    """The files by what they hold; with what a single one holds, which then need not be read again."""
    orders: list[Path] = []
    table: Path | None = wanted.customers
    last: Inspection | TableInspection | None = None
    for path in wanted.orders:
        try:
            alone = len(wanted.orders) == 1 and table is None  # of several, all are judged together
            last = recognise(path, wanted.settings, foreseen if alone else None)
        except ColumnError:
            last = None
        if isinstance(last, TableInspection) and table is None:
            table = path
        else:
            orders.append(path)
    wanted = replace(wanted, orders=tuple(orders), customers=table)
    if len(orders) + (table is not None) > 1 or last is None:
        return wanted, None
    if isinstance(last, TableInspection):
        return wanted, Seen((), customers=last)
    return wanted, Seen((), orders=last)


def _orders(wanted: Wanted, seen: Seen) -> Seen:
    source: Sequence[Path] = wanted.orders
    try:
        return replace(seen, orders=inspect(source, wanted.settings, foreseen))
    except ColumnError as error:
        bare = cells_of(source, wanted.settings)
        return replace(seen, cells=bare, problem=problem_of(error, wanted.names))


def _files(wanted: Wanted) -> tuple[File, ...]:
    orders = [File(path.name, wanted.names.get(path.name, path.name), "orders") for path in wanted.orders]
    if wanted.customers is None:
        return tuple(orders)
    name = wanted.customers.name
    return (*orders, File(name, wanted.names.get(name, name), "customers"))
