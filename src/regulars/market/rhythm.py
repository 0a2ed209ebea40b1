"""Churn risk: quiet for longer than the customer's own rhythm, checked on what flagged customers did afterwards."""

from datetime import date, timedelta

from regulars.engine import Engine, Row
from regulars.locale import Message
from regulars.market.models import NEEDED, GroupRisk, Risk, RiskCheck
from regulars.rates import rate

CHECK_DAYS = 90  # the flag is set once more so many days earlier
FEW_GAPS = 30  # gaps in the whole shop, below which it has no rhythm of its own
UNKNOWN = -1  # the shop's gap where it has too few


def risk(engine: Engine, as_of: date) -> Risk:
    """Churn risk by group, from `orders` and `customers`; leaves the table `rhythm`, one row per customer."""
    engine.make("market/gaps")
    check, no_check = _check(engine, as_of - timedelta(days=CHECK_DAYS))
    usual = _rhythm(engine, as_of)
    return Risk(risk_groups(engine), usual, check, no_check)


def risk_groups(engine: Engine) -> tuple[GroupRisk, ...]:
    """The groups of `customers` by their `rhythm`; both may be those of some customers alone."""
    return tuple(_group(row) for row in engine.ask("market/risk_groups"))


def _rhythm(engine: Engine, until: date) -> int | None:
    """Makes `rhythm` as of a day; gives the shop's gap, None where it has too few."""
    found = engine.ask("market/shop_gap", until=until.isoformat())[0]
    usual = int(found["usual"]) if found["gaps"] >= FEW_GAPS else None
    engine.make("market/rhythm", until=until.isoformat(), usual=UNKNOWN if usual is None else usual)
    return usual


def _check(engine: Engine, until: date) -> tuple[RiskCheck | None, Message | None]:
    _rhythm(engine, until)
    found = {row["flagged"]: row for row in engine.ask("market/risk_check", until=until.isoformat())}
    counts = {flag: (int(row["returned"]), int(row["customers"])) for flag, row in found.items()}
    fewest = min(counts.get(flag, (0, 0))[1] for flag in (True, False))
    flagged, steady = (rate(*counts.get(flag, (0, 0))) for flag in (True, False))
    if flagged is None or steady is None or fewest < NEEDED:
        return None, Message("market.risk.no_check", {"n": fewest, "needed": NEEDED, "days": CHECK_DAYS})
    return RiskCheck(CHECK_DAYS, flagged, steady), None


def _group(row: Row) -> GroupRisk:
    customers, unknown = int(row["customers"]), int(row["unknown"])
    known, flagged = customers - unknown, int(row["own"]) + int(row["shop"])
    sales = None if row["sales"] is None else float(row["risk_sales"] or 0)
    few = Message("market.risk.few", {"n": known, "needed": NEEDED}) if known < NEEDED else None
    return GroupRisk(
        kind=row["kind"],
        name=row["name"] if row["kind"] != "cluster" else f"Cluster {row['name']}",
        customers=customers,
        unknown=unknown,
        own=int(row["own"]),
        shop=int(row["shop"]),
        at_risk=None if few else rate(flagged, known),
        sales=sales,
        sales_share=None if sales is None or row["sales"] <= 0 else sales / float(row["sales"]),
        reason=few,
    )
