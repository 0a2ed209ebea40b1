"""What cleaning found, with sample rows: asked for once the study stands, since nothing else waits for it."""

from collections.abc import Iterator

from regulars.engine import Engine
from regulars.orders.statuses import stop_reason
from regulars.quality import Finding, Reconciliation
from regulars.settings import Settings


def findings(
    engine: Engine, account: Reconciliation, present: frozenset[str], settings: Settings
) -> tuple[Finding, ...]:
    """The findings about `lines`, `duplicates` and `orders`; samples hold no personal columns."""
    return (
        *_left_out(engine, account),
        *_kept_duplicates(engine, account, settings),
        *_kept_cancelled(engine, present, settings),
        *_shared_orders(engine, present),
        *_near_ids(engine),
    )


def _left_out(engine: Engine, account: Reconciliation) -> Iterator[Finding]:
    """One finding for each reason of setting aside."""
    samples: dict[str, list[dict[str, str]]] = {}
    for row in engine.ask("orders/samples"):
        cells = {name: str(value) for name, value in row.items() if value is not None and name != "reason"}
        samples.setdefault(row["reason"], []).append(cells)
    for part in account.set_aside:
        yield Finding(part.reason, part.lines, account.read, samples=tuple(samples.get(part.reason, ())))


def _kept_duplicates(engine: Engine, account: Reconciliation, settings: Settings) -> Iterator[Finding]:
    row = engine.ask("orders/kept_duplicates")[0]
    count = row["unnamed"] + (row["named"] if settings.duplicates == "keep" else 0)
    if count:
        yield Finding("duplicates_kept", count, account.read - account.lines("no_customer"))


def _kept_cancelled(engine: Engine, present: frozenset[str], settings: Settings) -> Iterator[Finding]:
    if "status" not in present or settings.cancelled == "set_aside":
        return
    statuses = engine.ask("orders/statuses")
    if count := sum(row["lines"] for row in statuses if stop_reason(row["status"])):
        yield Finding("cancelled_kept", count, sum(row["lines"] for row in statuses))


def _shared_orders(engine: Engine, present: frozenset[str]) -> Iterator[Finding]:
    """Order numbers that several customers share: each such order counts once per customer."""
    if "order_id" not in present:
        return
    row = engine.ask("orders/shared_ids")[0]
    if row["shared"]:
        yield Finding("order_of_several_customers", row["shared"], row["orders"], "orders")


def _near_ids(engine: Engine) -> Iterator[Finding]:
    """Ids that differ by upper case or blanks alone: perhaps one customer typed in two ways."""
    row = engine.ask("orders/near_ids")[0]
    if row["near"]:
        yield Finding("near_ids", int(row["near"]), int(row["customers"]), "customers")
