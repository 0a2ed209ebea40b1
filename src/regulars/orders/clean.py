"""Cleaning, counted: which lines are sales, which are returns, and why the others were set aside.

The stated order: text is trimmed while reading; then, the first reason that applies: no customer; an exact duplicate;
a cancelled or a test order; not a sale (postage, fees, adjustments, vouchers, samples, tests); a return, where the shop
drops returns; zero quantity; no readable amount; zero price; no date; an impossible date; another currency; outside the
window; not matched by --where.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from regulars.engine import Engine, Row
from regulars.errors import NothingLeftError
from regulars.orders.statuses import stop_reason
from regulars.quality import Finding, Reconciliation, SetAside
from regulars.settings import Settings
from regulars.window import Window

REASONS = (
    "no_customer",
    "duplicate",
    "cancelled",
    "test_order",
    "non_sale",
    "return_dropped",
    "zero_quantity",
    "no_amount",
    "zero_price",
    "no_date",
    "impossible_date",
    "other_currency",
    "outside_window",
    "filtered",
)
Condition = tuple[str, dict[str, str]]
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
_GAP_DAYS = 400  # longer than any season: what stands alone behind such a gap is a mistyped year
_GAP_SHARE = 0.002


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The tables `sales` (one row per clean line) and `orders` (one row per order), and the account of all lines."""

    window: Window
    reconciliation: Reconciliation
    findings: tuple[Finding, ...]
    currency: str | None
    has_amounts: bool


@dataclass(frozen=True, slots=True)
class _Rules:
    """The values that the step `set_aside` is run with."""

    earliest: date
    latest: date
    currency: str | None
    has_amounts: bool


def clean(
    engine: Engine,
    present: frozenset[str],
    settings: Settings,
    matching: Condition | None = None,
    currency: str | None = None,
) -> Cleaned:
    """Cleans the table `lines`; `present` are the canonical columns that the input fills, `currency` the one it states.

    `matching` is the condition that --where makes, with the values of its parameters: other lines are set aside.
    Raises NothingLeftError where no sale of a known customer is left.
    """
    engine.make("orders/duplicates")
    _name_non_sales(engine, settings)
    stopped = _name_stopped(engine, settings)
    _name_matching(engine, matching)
    rules = _rules(engine, present, settings, currency)
    engine.make(
        "orders/set_aside",
        drop_duplicates=settings.duplicates == "drop",
        drop_returns=settings.returns == "drop",
        has_amounts=rules.has_amounts,
        earliest=rules.earliest.isoformat(),
        latest=rules.latest.isoformat(),
        since=(settings.since or _FIRST_DAY).isoformat(),
        until=(settings.as_of or _LAST_DAY).isoformat(),
        currency=(rules.currency or "") if settings.currencies == "main" else "",
        filtered=matching is not None,
    )
    fates = engine.ask("orders/reconciliation")
    reconciliation = _reconciled(fates, rules.has_amounts)
    if not reconciliation.sales:
        reasons = ", ".join(f"{part.reason} {part.lines:,}" for part in reconciliation.set_aside)
        raise NothingLeftError("nothing_left", read=reconciliation.read, reasons=reasons or "-")
    engine.view("orders/sales")
    engine.make("orders/orders")
    findings = (*_left_out(engine, reconciliation), *_kept_duplicates(engine, settings), *stopped)
    return Cleaned(_window(engine, settings), reconciliation, findings, rules.currency, rules.has_amounts)


def _name_non_sales(engine: Engine, settings: Settings) -> None:
    """Makes `non_sales`: what is recognised, or under `non_sales = "keep"` only what the shop names itself."""
    overrides = [(product.strip().lower(), False) for product in settings.non_sale_products]
    overrides += [(product.strip().lower(), True) for product in settings.sale_products]
    engine.put("product_overrides", {"product": "VARCHAR", "sale": "BOOLEAN"}, overrides)
    engine.make("orders/non_sales", recognise=settings.non_sales == "set_aside")


def _name_stopped(engine: Engine, settings: Settings) -> tuple[Finding, ...]:
    """Makes `stopped`: statuses of orders that never happened, and the reason they are left out for."""
    statuses = engine.ask("orders/statuses")
    reasons = {row["status"]: stop_reason(row["status"]) for row in statuses}
    rows = [(status, reason) for status, reason in reasons.items() if reason]
    kept = settings.cancelled == "keep"
    engine.put("stopped", {"status": "VARCHAR", "reason": "VARCHAR"}, [] if kept else rows)
    if not (kept and rows):
        return ()
    count = sum(row["lines"] for row in statuses if reasons[row["status"]])
    return (Finding("cancelled_kept", count, sum(row["lines"] for row in statuses)),)


def _name_matching(engine: Engine, matching: Condition | None) -> None:
    """Makes `matching`: the lines that --where keeps."""
    if matching is None:
        engine.put("matching", {"line": "BIGINT"}, [])
    else:
        engine.make_from("matching", f"select line from lines where {matching[0]}", **matching[1])


def _rules(engine: Engine, present: frozenset[str], settings: Settings, currency: str | None) -> _Rules:
    days = [(row["day"], row["lines"]) for row in engine.ask("orders/days")]
    earliest, latest = possible_days(days)
    if "currency" in present:
        stated = [row["currency"] for row in engine.ask("orders/currencies") if row["currency"]]
        currency = settings.currency or (stated[0] if stated else currency)
    return _Rules(earliest, latest, settings.currency or currency, "amount" in present)


def possible_days(days: list[tuple[date, int]]) -> tuple[date, date]:
    """The first and last day that can be true, from (day, lines) in order.

    Impossible is a day before 1970 or after 2199, and what stands alone beyond a gap of more than 400 days with at most
    two lines in a thousand: a mistyped year, which would move the as-of day and with it everybody's recency.
    """
    days = [(day, lines) for day, lines in days if _FIRST_DAY <= day <= _LAST_DAY]
    if not days:
        return _FIRST_DAY, _LAST_DAY
    few = _GAP_SHARE * sum(lines for _, lines in days)
    return _before_gap(days, few) or _FIRST_DAY, _before_gap(days[::-1], few) or _LAST_DAY


def _before_gap(days: list[tuple[date, int]], few: float) -> date | None:
    """The day behind the widest lonely edge of `days` (walked from that edge), or None where the edge is no island."""
    seen, bound = 0, None
    for (day, lines), (following, _) in pairwise(days):
        seen += lines
        if seen > few:
            break
        if abs((following - day).days) > _GAP_DAYS:
            bound = following
    return bound


def _reconciled(fates: list[Row], has_amounts: bool) -> Reconciliation:
    lines = {row["fate"]: int(row["lines"]) for row in fates}
    money = {row["fate"]: row["amount"] or Decimal(0) for row in fates}

    def amount(fate: str) -> float | None:
        return float(money.get(fate, 0)) if has_amounts else None

    return Reconciliation(
        read=sum(lines.values()),
        sales=lines.get("sale", 0),
        returns=lines.get("return", 0),
        set_aside=tuple(SetAside(reason, lines[reason], amount(reason)) for reason in REASONS if reason in lines),
        read_amount=float(sum(money.values())) if has_amounts else None,
        sales_amount=amount("sale"),
        returns_amount=amount("return"),
    )


def _left_out(engine: Engine, reconciliation: Reconciliation) -> tuple[Finding, ...]:
    """One finding for each reason, with sample rows."""
    samples: dict[str, list[dict[str, str]]] = {}
    for row in engine.ask("orders/samples"):
        cells = {name: str(value) for name, value in row.items() if value is not None and name != "reason"}
        samples.setdefault(row["reason"], []).append(cells)
    return tuple(
        Finding(part.reason, part.lines, reconciliation.read, samples=tuple(samples.get(part.reason, ())))
        for part in reconciliation.set_aside
    )


def _kept_duplicates(engine: Engine, settings: Settings) -> tuple[Finding, ...]:
    row = engine.ask("orders/kept_duplicates")[0]
    count = row["lines"] if settings.duplicates == "keep" else row["unnamed"]
    return (Finding("duplicates_kept", count, row["of"]),) if count else ()


def _window(engine: Engine, settings: Settings) -> Window:
    row = engine.ask("orders/span")[0]
    return Window.of(row["first_day"], row["last_day"], settings.since, settings.as_of)
