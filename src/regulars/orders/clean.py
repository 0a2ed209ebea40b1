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

from regulars.engine import Engine
from regulars.errors import NothingLeftError
from regulars.orders.repeats import find_repeats
from regulars.orders.statuses import stop_reason
from regulars.quality import Reconciliation, SetAside
from regulars.schema import NAMES
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
_UNCOMPARED = {"line", "unparsed", *NAMES}  # where the input does not fill them: duplicates are equal in all the rest
Condition = tuple[str, dict[str, str]]
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
_GAP_DAYS = 400  # longer than any season: what stands alone behind such a gap is a mistyped year
_GAP_SHARE = 0.002
_KEPT_LINES = 2_000_000  # so many clean lines are kept in memory: some thirty later steps read them


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The view `judged` (one row per line of a customer, with its fate) and the table `orders` (one row per order)."""

    window: Window
    currency: str | None
    has_amounts: bool
    compared: tuple[str, ...]  # the columns in which lines that repeat each other are equal


def clean(
    engine: Engine,
    present: frozenset[str],
    settings: Settings,
    matching: Condition | None = None,
    currency: str | None = None,
    derived: frozenset[str] = frozenset(),
) -> Cleaned:
    """Judges the table `lines`; `present` are the canonical columns that the input fills, `currency` the one it states.

    `matching` is the condition that --where makes, with the values of its parameters: other lines are set aside.
    `derived` columns follow from others: lines that are equal in those are equal in these. What scores need stands
    afterwards; `reconcile` makes the rest. Raises NothingLeftError where no sale of a known customer is left.
    """
    known = {"customer_id", *present} - derived
    _name_non_sales(engine, settings)
    _name_stopped(engine, present, settings)
    _name_matching(engine, matching)
    currency, has_amounts = _currency(engine, present, settings, currency), "amount" in present
    compared = tuple(name for name in engine.column_names("lines") if name in known or name not in _UNCOMPARED)
    find_repeats(engine, "duplicates", compared, named=True)
    _policies(engine, settings, currency, has_amounts=has_amounts, filtered=matching is not None)
    engine.view("orders/judged")
    engine.make("orders/orders")
    span = engine.ask("orders/span")[0]
    if not span["sales"]:
        engine.make("orders/set_aside")
        account = _reconciled(engine, has_amounts)
        fates = {part.reason: part.lines for part in account.set_aside}
        raise NothingLeftError(fates | ({"return": account.returns} if account.returns else {}))
    window = Window.of(span["first_day"], span["last_day"], settings.since, settings.as_of)
    return Cleaned(window, currency, has_amounts, compared)


def reconcile(engine: Engine, cleaned: Cleaned) -> Reconciliation:
    """The account of all lines; makes `set_aside` (one row per line left out) and `sales` (one row per clean line).

    And `unnamed_repeats`: lines that repeat another and are kept, since they name no order or no product.
    """
    account = account_of(engine, cleaned)
    find_repeats(engine, "unnamed_repeats", cleaned.compared, named=False)
    (engine.make if account.read <= _KEPT_LINES else engine.view)("orders/sales")
    return account


def account_of(engine: Engine, cleaned: Cleaned) -> Reconciliation:
    """The account alone; makes `set_aside`."""
    engine.make("orders/set_aside")
    return _reconciled(engine, cleaned.has_amounts)


def _policies(engine: Engine, settings: Settings, currency: str | None, *, has_amounts: bool, filtered: bool) -> None:
    """Makes `policies`: one row that says how lines are judged, so that the view `judged` is the same text for all."""
    earliest, latest = possible_days([(row["day"], row["lines"]) for row in engine.ask("orders/days")])
    policies: dict[str, tuple[str, bool | str | date]] = {
        "drop_duplicates": ("BOOLEAN", settings.duplicates == "drop"),
        "drop_returns": ("BOOLEAN", settings.returns == "drop"),
        "keep_zero_prices": ("BOOLEAN", settings.zero_prices == "keep"),
        "has_amounts": ("BOOLEAN", has_amounts),
        "currency": ("VARCHAR", (currency or "") if settings.currencies == "main" else ""),
        "earliest": ("DATE", earliest),
        "latest": ("DATE", latest),
        "since": ("DATE", settings.since or _FIRST_DAY),
        "until": ("DATE", settings.as_of or _LAST_DAY),
        "filtered": ("BOOLEAN", filtered),
    }
    types = {name: kind for name, (kind, _) in policies.items()}
    engine.put("policies", types, [tuple(value for _, value in policies.values())])


def _name_non_sales(engine: Engine, settings: Settings) -> None:
    """Makes `non_sales`: what is recognised, or under `non_sales = "keep"` only what the shop names itself."""
    overrides = [(product.strip().lower(), False) for product in settings.non_sale_products]
    overrides += [(product.strip().lower(), True) for product in settings.sale_products]
    if settings.non_sales == "keep" and not settings.non_sale_products:
        engine.put("non_sales", {"product_id": "VARCHAR", "product": "VARCHAR", "lines": "BIGINT"}, [])
    else:
        engine.put("product_overrides", {"product": "VARCHAR", "sale": "BOOLEAN"}, overrides)
        engine.make("orders/non_sales", recognise=settings.non_sales == "set_aside")
    engine.make("orders/non_sale_lines")


def _name_stopped(engine: Engine, present: frozenset[str], settings: Settings) -> None:
    """Makes `stopped`: statuses of orders that never happened, and the reason they are left out for."""
    rows: list[tuple[str, str]] = []
    if "status" in present and settings.cancelled == "set_aside":
        statuses = [row["status"] for row in engine.ask("orders/statuses")]
        rows = [(status, reason) for status in statuses if (reason := stop_reason(status))]
    engine.put("stopped", {"status": "VARCHAR", "reason": "VARCHAR"}, rows)
    engine.make("orders/stopped_lines")


def _name_matching(engine: Engine, matching: Condition | None) -> None:
    """Makes `matching`: the lines that --where keeps."""
    if matching is None:
        engine.put("matching", {"line": "BIGINT"}, [])
    else:
        engine.make_from("matching", f"select line from lines where {matching[0]}", **matching[1])


def _currency(engine: Engine, present: frozenset[str], settings: Settings, stated: str | None) -> str | None:
    """The shop's currency: as set, else the commonest of the lines, else the one that the input states."""
    if settings.currency or "currency" not in present:
        return settings.currency or stated
    return next((row["currency"] for row in engine.ask("orders/currencies") if row["currency"]), stated)


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


def _reconciled(engine: Engine, has_amounts: bool) -> Reconciliation:
    nobody = engine.ask("orders/nobody")[0]
    fates = engine.ask("orders/reconciliation")
    fates += [{"fate": "no_customer", **nobody}] if nobody["lines"] else []
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
