"""One run: read, study, keep. What `regulars run` does, and a job of the dashboard."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from regulars.settings import Settings

if TYPE_CHECKING:
    from regulars.analysis import Study, Tell
    from regulars.engine import EngineName
    from regulars.shop import Shop, Writer
    from regulars.sources.customer_table import CustomerTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a run reads: `orders` and `customers` are what `read` and `read_customers` take; None: there are none."""

    orders: Any = None
    customers: Any = None
    settings: Settings
    engine: "EngineName" = "duckdb"
    refit: bool = False

    def table(self) -> "CustomerTable | None":
        """Reads the customer table; a sheet of the settings is that of the orders where there are any."""
        from regulars.sources.table import read_table

        if self.customers is None:
            return None
        return read_table(
            self.customers, replace(self.settings, sheet=None) if self.orders is not None else self.settings
        )


def run(
    given: Given, shop: "Shop", tell: "Tell", writing: "Callable[[], AbstractContextManager[Writer]] | None" = None
) -> "Study":
    """Reads, studies and keeps. The shop is locked once the input is known to be readable, before the work begins.

    `writing` gives the writer instead, where the caller holds the lock already. Raises as reading and studying do.
    """
    from regulars.api import read_with, study_table, study_with
    from regulars.log import logged
    from regulars.segments.frozen import Earlier

    tell("read")
    table = given.table()
    lines = read_with(given.orders, given.settings) if given.orders is not None else None
    with ExitStack() as stack:
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
            study = analysis.write(writer, log)
        log.counts |= {"lines": study.reconciliation.read, "customers": study.customers}
        return study
