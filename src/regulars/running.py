"""One run: read, study, keep. What `regulars run` does, and a job of the dashboard."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import InputError
from regulars.settings import Settings
from regulars.sources.files import is_file

if TYPE_CHECKING:
    from regulars.analysis import Study
    from regulars.engine import EngineName
    from regulars.pipeline import Tell
    from regulars.shop import Shop, Writer
    from regulars.sources.customer_table import CustomerTable
    from regulars.sources.lines import Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a run reads: `orders` and `customers` are what `read` and `read_customers` take; None: there are none."""

    orders: Any = None
    customers: Any = None
    settings: Settings
    engine: "EngineName" = "duckdb"
    refit: bool = False
    who: str | None = None  # the column of the customer table that says who, where that is not recognised
    names: "Mapping[str, str]" = field(default_factory=dict)  # of files on the disk -> what they are called

    def table(self) -> "CustomerTable | None":
        """Reads the customer table; a sheet of the settings is that of the orders where there are any."""
        from regulars.sources.names import table_called
        from regulars.sources.table import read_table

        if self.customers is None:
            return None
        settings = table_settings(self.settings, self.orders is None, self.who)
        return table_called(read_table(self.customers, settings), self.names)

    def lines(self) -> "Lines | None":
        """Reads the order lines."""
        from regulars.api import read_with
        from regulars.sources.names import lines_called

        return None if self.orders is None else lines_called(read_with(self.orders, self.settings), self.names)


def table_settings(settings: Settings, alone: bool, who: str | None) -> Settings:
    """The settings for a customer table: beside orders, a sheet and the columns that are given are those of the orders.

    `who` names its own column of ids.
    """
    given = {"customer_id": who} if who else settings.map
    return replace(settings, map=given) if alone else replace(settings, map=given, sheet=None)


def run(
    given: Given, shop: "Shop", tell: "Tell", writing: "Callable[[], AbstractContextManager[Writer]] | None" = None
) -> "Study":
    """Reads, studies and keeps. The shop is locked once the input is known to be readable, before the work begins.

    `writing` gives the writer instead, where the caller holds the lock already. Raises as reading and studying do.
    """
    from regulars.api import study_table, study_with
    from regulars.log import logged
    from regulars.segments.frozen import Earlier

    before = _stamps(given)
    tell("read")
    table = given.table()
    lines = given.lines()
    with ExitStack() as stack:
        stack.push(lambda kind, *_: _refuse_changed(before, given) if kind else None)  # it may be why
        for read in (lines, table):
            if read:
                stack.enter_context(closing(read.engine))
        writer = stack.enter_context((writing or shop.writing)())
        log = stack.enter_context(logged(shop.folder, "run", tell))
        if lines:
            earlier = Earlier(shop.before, given.refit)
            analysis = study_with(lines, given.settings, given.engine, log, earlier, table)
        elif table:
            analysis = study_table(table, given.settings, given.engine, log)
        with closing(analysis):
            _refuse_changed(before, given)
            study = analysis.write(writer, log)
        log.counts |= {"lines": study.reconciliation.read, "customers": study.customers}
        return study


def _stamps(given: Given) -> dict[Path, tuple[int, int, int]]:
    """What tells whether files are those that were read: their time, size and place on the disk."""
    found = {}
    for source in (given.orders, given.customers):
        for one in source if isinstance(source, list | tuple) else [source]:
            if isinstance(one, str | Path) and is_file(one):
                stat = Path(one).stat()
                found[Path(one)] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


def _refuse_changed(before: Mapping[Path, tuple[int, int, int]], given: Given) -> None:
    """Raises InputError where a file is another one now: part of a study would be of this, part of that."""
    now = _stamps(given)
    for path, stamp in before.items():
        if now.get(path) != stamp:
            raise InputError("input_changed", file=given.names.get(path.name, path.name))
