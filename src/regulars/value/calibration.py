"""The check on later orders: every way to foretell learns from the days before a cut and is held against those after.

The winner is the default model unless another's squared error is clearly smaller: squared errors are smallest for who
foretells the expected number, absolute ones for who says that most will not come back.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from regulars.engine import Engine
from regulars.value import nbd
from regulars.value.baselines import Boosted, hiatus, last_period
from regulars.value.clv import fit_spend, order_values
from regulars.value.forecast import MODELS, Forecast, fit, forecast, newcomers
from regulars.value.histories import Customers, Cut
from regulars.value.models import (
    Backtest,
    Contender,
    ContenderName,
    Fitted,
    ModelName,
    Ranking,
    Tenth,
    Track,
)
from regulars.value.scores import auc, clearly_better, tenths_error, tenths_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEFAULT: ModelName = "mbgnbd"


@dataclass(frozen=True, slots=True)
class Check:
    """What a backtest looks at: customers at the cut, and with `earlier` those of a cut before, to learn trees from."""

    cut: Cut
    customers: Customers
    known: int  # customers at the cut, of whom `customers` may be a sample
    models: tuple[ModelName, ...]
    limit: float  # days, of the hiatus rule
    gap: float  # days, the shop's usual gap
    earlier: tuple[Cut, Customers] | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """The range of orders in each tenth of the winner's forecast: 8 of 10 customers of the check lay within."""

    edges: "NDArray[Any]"  # the least forecast of tenths 2 to 10
    low: "NDArray[Any]"
    high: "NDArray[Any]"


def backtest(engine: Engine, check: Check) -> tuple[Backtest, Seen]:
    """The whole check; reads `order_days` for the weekly track."""
    seen, later = check.customers, check.customers.later
    cells, index = seen.cells()
    fits = {name: fit(name, cells) for name in check.models}
    forecasts = {name: forecast(found, cells, check.cut.days) for name, found in fits.items()}
    expected: dict[ContenderName, NDArray[Any]] = {name: f.expected[index] for name, f in forecasts.items()}
    expected |= by_rule(check)
    winner = _winner(expected, later)
    contenders = tuple(_contender(name, one, later) for name, one in expected.items())
    tenths, sales = _tenths(check, expected[winner])
    ranged = forecasts.get(cast(ModelName, winner))
    won = next(one for one in contenders if one.name == winner)
    return Backtest(
        cut=check.cut.until,
        days=check.cut.days,
        customers=check.known,
        looked_at=len(seen),
        returned=int((later > 0).sum()),
        actual=float(later.sum()),
        contenders=contenders,
        winner=winner,
        tenths=tenths,
        total_error=(won.total - float(later.sum())) / float(later.sum()),
        tenths_error=won.tenths_error,
        sales_error=None if sales is None else tenths_error(sales, seen.later_spent),
        sales_total_error=None if sales is None else float(sales.sum() / seen.later_spent.sum() - 1),
        coverage=None if ranged is None else _coverage(ranged, index, later),
        rankings=_rankings(check, expected[winner], forecasts[DEFAULT].alive[index]),  # type: ignore[index]
        tracking=_tracking(engine, check, fits.get(cast(ModelName, winner), fits[DEFAULT])),
    ), _seen(expected[winner], later)


def foretold(check: Check, name: ContenderName) -> "NDArray[Any]":
    """What one way alone says of each customer."""
    import numpy as np

    if name not in MODELS:
        return by_rule(check)[name]
    cells, index = check.customers.cells()
    found = forecast(fit(name, cells), cells, check.cut.days, ranges=False)
    return np.asarray(found.expected[index])


def by_rule(check: Check) -> dict[ContenderName, "NDArray[Any]"]:
    """What the simple rules say, and where there is an earlier cut the trees."""
    import numpy as np

    seen, days = check.customers, check.cut.days
    found: dict[ContenderName, NDArray[Any]] = {
        "nbd": steady(seen.recent, np.ones(len(seen)), check.cut, days),
        "last_period": last_period(seen.recent, check.cut.recent_days, days),
        "hiatus": hiatus(seen.repeats, seen.recency, seen.age, days, check.limit),
    }
    if check.earlier:
        cut, known = check.earlier
        found["boosted"] = Boosted(check.seed).fit(known.triples, known.later, cut.days).predict(seen.triples, days)
    return found


def steady(recent: "NDArray[Any]", count: "NDArray[Any]", cut: Cut, days: int) -> "NDArray[Any]":
    """NBD's forecast for the `days` after a cut, learned from the period before it."""
    return nbd.expected(nbd.fit(recent, count), recent) * (days / cut.recent_days)


def _winner(expected: dict[ContenderName, "NDArray[Any]"], later: "NDArray[Any]") -> ContenderName:
    errors = {name: (one - later) ** 2 for name, one in expected.items()}
    better = [name for name in errors if name != DEFAULT and clearly_better(errors[name], errors[DEFAULT])]
    return min(better, key=lambda name: float(errors[name].mean()), default=DEFAULT)


def _contender(name: ContenderName, expected: "NDArray[Any]", later: "NDArray[Any]") -> Contender:
    import numpy as np

    return Contender(
        name=name,
        mae=float(np.abs(expected - later).mean()),
        rmse=float(np.sqrt(((expected - later) ** 2).mean())),
        total=float(expected.sum()),
        tenths_error=tenths_error(expected, later) or 0.0,
        auc=auc(expected, later > 0),
    )


def _tenths(check: Check, expected: "NDArray[Any]") -> tuple[tuple[Tenth, ...], "NDArray[Any] | None"]:
    """The tenths of the winner, and each customer's expected sales (None without amounts)."""
    import numpy as np

    seen = check.customers
    spend, _ = fit_spend(seen)
    sales = None if spend is None or not seen.later_spent.sum() > 0 else expected * order_values(spend, seen)
    tenth = tenths_of(expected)
    sizes = np.bincount(tenth, minlength=10)
    sums = [np.bincount(tenth, part, minlength=10) for part in (expected, seen.later)]
    money = None if sales is None else [np.bincount(tenth, part, minlength=10) for part in (sales, seen.later_spent)]
    return tuple(
        Tenth(i + 1, int(n), float(sums[0][i] / n), float(sums[1][i] / n),
              None if money is None else float(money[0][i]), None if money is None else float(money[1][i]))
        for i, n in enumerate(sizes) if n
    ), sales  # fmt: skip


def _seen(expected: "NDArray[Any]", later: "NDArray[Any]") -> Seen:
    import numpy as np

    parts = np.array_split(np.argsort(expected, kind="stable"), 10)
    low, high = (np.array([np.quantile(later[part], q, method="inverted_cdf") for part in parts]) for q in (0.1, 0.9))
    return Seen(np.array([expected[part[0]] for part in parts[1:]]), low, high)


def _coverage(found: Forecast, index: "NDArray[Any]", later: "NDArray[Any]") -> float | None:
    if found.low is None or found.high is None:
        return None
    return float(((found.low[index] <= later) & (later <= found.high[index])).mean())


def rhythm(repeats: "NDArray[Any]", recency: "NDArray[Any]", age: "NDArray[Any]", gap: float) -> "NDArray[Any]":
    """Days since the last order over the customer's own usual gap, in which the shop's counts as two own ones."""
    import numpy as np

    return np.asarray((age - recency) / np.maximum((recency + 2 * gap) / (repeats + 2), 0.5))


def _rankings(check: Check, expected: "NDArray[Any]", alive: "NDArray[Any]") -> tuple[Ranking, ...]:
    seen, gone = check.customers, check.customers.later == 0
    scores = {
        "expected": -expected,
        "rhythm": rhythm(seen.repeats, seen.recency, seen.age, check.gap),
        "recency": seen.age - seen.recency,
        "alive": -alive,
    }
    found = {name: auc(score, gone) for name, score in scores.items()}
    return tuple(Ranking(name, area) for name, area in found.items() if area is not None)  # type: ignore[arg-type]


def _tracking(engine: Engine, check: Check, fitted: Fitted) -> tuple[Track, ...]:
    """Whole weeks of the shop: repeat order days so far, foretold from nothing but who came first when."""
    import numpy as np

    start = min(row["first_day"] for row in engine.ask("value/order_span"))
    rows = engine.ask("value/arrivals", start=start.isoformat(), until=check.cut.until.isoformat())
    weeks = (check.cut.end - start).days // 7
    firsts, repeats = np.zeros(weeks), np.zeros(weeks)
    for row in rows:
        if row["week"] < weeks:
            firsts[row["week"]], repeats[row["week"]] = row["firsts"], row["repeats"]
    lags = newcomers(fitted, np.arange(weeks) + 0.5)  # in the middle of their week they came
    expected = np.convolve(firsts, lags)[:weeks]
    return tuple(
        Track(week, float(e), int(a)) for week, (e, a) in enumerate(zip(expected, np.cumsum(repeats), strict=True), 1)
    )
