"""CDNOW, all 23,570 customers: cohorts and waits against pandas, and the counts that the papers print."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regulars.engine import DuckEngine
from regulars.retention.models import Retention
from retention.kept_orders import study

END = date(1998, 7, 1)


@dataclass(frozen=True)
class Known:
    """The orders as pandas reads them, and what Regulars finds in them."""

    orders: pd.DataFrame
    found: Retention


@pytest.fixture(scope="module")
def whole(data: Path) -> Iterator[Known]:
    file = data / "cdnow" / "CDNOW_master.txt"
    orders = pd.read_csv(
        file, sep=r"\s+", names=["customer", "day", "cds", "amount"], skiprows=1, dtype={"customer": str}
    )
    orders["day"] = pd.to_datetime(orders["day"].astype(str), format="%Y%m%d")
    rows = list(zip(orders["customer"], orders["day"].astype(str), orders["amount"], strict=True))
    with DuckEngine() as engine:
        found = study(engine, rows, as_of=END)
        assert found is not None
        yield Known(orders, found)


def test_every_cell_of_the_triangle_as_pandas_counts_it(whole: Known) -> None:
    orders = whole.orders
    month = orders["day"].dt.year * 12 + orders["day"].dt.month
    cohort = month.groupby(orders["customer"]).transform("min")
    table = orders["customer"].groupby([cohort, month - cohort]).nunique().unstack(fill_value=0)
    assert [c.customers for c in whole.found.cohorts] == table[0].tolist()
    for row, seen in zip(table.to_numpy(), whole.found.cohorts, strict=True):
        assert [cell.customers for cell in seen.cells] == row[: len(seen.cells)].tolist()
    assert [flow.sales for flow in whole.found.flows] == pytest.approx(orders.groupby(month)["amount"].sum().tolist())


def test_all_first_bought_in_the_first_quarter_of_1997(whole: Known) -> None:
    """The cohort of the data's own description: 23,570 customers, new in January to March 1997, 69,659 orders."""
    assert [(flow.start, flow.new) for flow in whole.found.flows if flow.new] == [
        (date(1997, 1, 1), 7_846), (date(1997, 2, 1), 8_476), (date(1997, 3, 1), 7_248),
    ]  # fmt: skip
    assert (len(whole.found.flows), whole.found.customers) == (18, 23_570)
    assert sum(flow.orders for flow in whole.found.flows) == 69_659


def test_waits_where_nothing_is_censored_early(whole: Known) -> None:
    """Everybody was watched for 15 months: until then the estimate is the plain share."""
    days = whole.orders.drop_duplicates(["customer", "day"]).sort_values(["customer", "day"])
    wait = days.groupby("customer")["day"].agg(lambda d: (d.iloc[1] - d.iloc[0]).days if len(d) > 1 else np.inf)
    second = whole.found.second
    assert second is not None and whole.found.second_all, "the data begin with the first customers"
    for part in second.within:
        assert part.share is not None
        assert part.share.value == pytest.approx((wait <= part.days).mean(), abs=1e-12)
    assert second.median is None, "more than half never came back"
    assert second.events == int(np.isfinite(wait).sum())


def test_repeaters_of_the_sample_in_39_weeks(data: Path) -> None:
    """Fader, Hardie & Lee (2005), table 1: 1,411 of the 2,357 customers made no repeat purchase."""
    lines = (data / "cdnow" / "CDNOW_sample.txt").read_text(encoding="ascii").splitlines()
    cells = [line.split() for line in lines]
    rows = [(c[1], f"{c[2][:4]}-{c[2][4:6]}-{c[2][6:]}", None) for c in cells if c[2] < "19971001"]
    with DuckEngine() as engine:
        found = study(engine, rows, as_of=date(1997, 10, 1))
    assert found is not None and found.second is not None
    assert (found.second.customers, found.second.customers - found.second.events) == (2_357, 1_411)
