"""Price, churn risk and growth of a study, from the tables that its analysis has made."""

from datetime import date

from regulars.engine import Engine
from regulars.market.growth import growth
from regulars.market.models import Market
from regulars.market.price import prices
from regulars.market.rhythm import risk
from regulars.overview.models import Overview


def market(engine: Engine, seen: Overview, as_of: date, present: frozenset[str]) -> Market:
    """The uses of the segmentation. Reads `sales`, `orders` and `customers`; the months are those of the overview.

    `present` are the columns of `sales` that the input fills.
    """
    grown, missing = growth(engine, seen.months, present) if seen.sales is not None else ((), ())
    found = prices(engine, by_code="product_id" in present)
    return Market(found, risk(engine, as_of), grown, missing)
