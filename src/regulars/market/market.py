"""Price, churn risk and growth of a study, from the tables that its analysis has made."""

from dataclasses import replace
from datetime import date

from regulars.engine import Engine
from regulars.locale import Message
from regulars.market.growth import growth, growth_of
from regulars.market.models import Market
from regulars.market.price import prices, prices_of
from regulars.market.rhythm import risk, risk_groups
from regulars.overview.models import Overview


def market(engine: Engine, seen: Overview, as_of: date, present: frozenset[str]) -> Market:
    """The uses of the segmentation. Reads `sales`, `orders` and `customers`; the months are those of the overview.

    `present` are the columns of `sales` that the input fills.
    """
    grown, missing = growth(engine, seen.months, present) if seen.sales is not None else ((), ())
    found = prices(engine, by_code="product_id" in present)
    return Market(found, risk(engine, as_of), grown, missing)


def market_of(engine: Engine, shop: Market, present: frozenset[str]) -> Market:
    """The same of some of the shop's customers, by the shop's periods, usual prices and check.

    Reads `sales` and `customers` of these alone, their `rhythm`, and the shop's `usual_prices` and `category_prices`.
    """
    by_code = "product_id" in present
    grown = [(one.by, growth_of(engine, one)) for one in shop.growth]
    return replace(
        shop,
        price=prices_of(engine, by_code=by_code) if shop.price else None,
        risk=replace(shop.risk, groups=risk_groups(engine)) if shop.risk else None,
        growth=tuple(one for _, one in grown if one),
        no_growth=(*shop.no_growth, *(Message(f"market.growth.none_{by}") for by, one in grown if one is None)),
    )
