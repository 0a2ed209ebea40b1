"""Next products of a stored study, found and kept in it: what `regulars recommend` does, and a job of the dashboard."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regulars.analysis import Study
    from regulars.baskets.recommend_models import Asked
    from regulars.shop import Day, Shop, Writer

TABLE = "recommendations.parquet"
RESULT = {"customer_id": "VARCHAR", "list": "VARCHAR", "place": "INTEGER", "product_id": "VARCHAR",
          "product": "VARCHAR", "times": "INTEGER", "last_bought": "DATE", "usual_days": "INTEGER",
          "because": "VARCHAR", "score": "BIGINT"}  # fmt: skip


def listed(shop: Path) -> frozenset[str]:
    """The folders of the studies that have lists; a run for the same day makes a study without."""
    return frozenset(path.parent.name for path in shop.glob(f"studies/*/{TABLE}"))


def listable(study: "Study") -> bool:
    """Whether lists can be asked for, and there are none: the study has orders with days."""
    return study.as_of is not None and study.overview is not None and study.recommendations is None


def recommended(
    shop: "Shop", day: "Day", asked: "Asked", writing: "Callable[[], AbstractContextManager[Writer]] | None" = None
) -> "Study":
    """The study of that day with new lists, kept. `writing` gives the writer where the caller holds the lock already.

    Raises UsageError where the study has no orders with days, LockedError, StoreError.
    """
    from regulars.baskets.recommend import recommend as find
    from regulars.engine import DuckEngine
    from regulars.errors import UsageError
    from regulars.publish import extend
    from regulars.stored import stored_sales

    with (writing or shop.writing)() as writer, closing(DuckEngine()) as engine:
        known = shop.load(day)
        if known.as_of is None or known.overview is None:
            raise UsageError("recommend_no_orders")
        stored_sales(engine, shop, known.as_of)
        changed = replace(known, recommendations=find(engine, known.as_of, asked))
        if not changed.recommendations or changed.recommendations.reason:
            engine.put("next_result", RESULT, [])
        order = "select * from next_result order by customer_id, list, place"
        return extend(engine, changed, "recommendations", order, writer)
