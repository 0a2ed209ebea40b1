"""Online Retail II: cohorts, kinds of customers and their sales against pandas, from a whole study."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import regulars as rg
from regulars.analysis import Study


@dataclass(frozen=True)
class Known:
    """A study, its orders as a frame, and the days of them that count."""

    study: Study
    orders: pd.DataFrame
    days: pd.DataFrame


@pytest.fixture(scope="module")
def retail(data: Path) -> Iterator[Known]:
    analysis = rg.study(rg.read(data / "online_retail_II.parquet"))
    orders = analysis.orders.pandas()
    orders["day"] = pd.to_datetime(orders["day"])
    orders["month"] = orders["day"].dt.to_period("M")
    days = orders[orders["counts"]].drop_duplicates(["customer_id", "day"]).sort_values(["customer_id", "day"])
    days["gap"] = days.groupby("customer_id")["day"].diff().dt.days
    yield Known(analysis.result, orders, days)
    analysis.close()


def test_months_are_those_of_the_overview_to_the_unit(retail: Known) -> None:
    found, seen = retail.study.retention, retail.study.overview
    assert found is not None and seen is not None
    for flow, month in zip(found.flows, seen.months, strict=True):
        assert (flow.start, flow.complete, flow.customers) == (month.start, month.complete, month.customers)
        assert (flow.orders, flow.new, flow.sales) == (month.orders, month.new_customers, month.sales)
        parts = (flow.new_sales, flow.repeating_sales, flow.won_back_sales, flow.other_sales)
        assert sum(part or 0.0 for part in parts) == pytest.approx(month.sales, abs=1e-6)


def test_the_lapse_is_the_gap_of_nine_in_ten(retail: Known) -> None:
    found = retail.study.retention
    assert found is not None
    gaps = retail.days["gap"].dropna()
    assert (found.gaps, found.lapse_days) == (len(gaps), int(np.quantile(gaps, 0.9, method="inverted_cdf")))
    assert found.lapse_days == 148


def test_every_cell_of_the_triangle_as_pandas_counts_it(retail: Known) -> None:
    found, days = retail.study.retention, retail.days
    assert found is not None
    cohort = days.groupby("customer_id")["month"].transform("min")
    table = days.groupby([cohort, "month"])["customer_id"].nunique().unstack(fill_value=0)
    for seen in found.cohorts:
        row = table.loc[pd.Period(seen.start, "M")]
        assert [cell.customers for cell in seen.cells] == row[row.index >= pd.Period(seen.start, "M")].tolist()
    first = found.cohorts[0]
    assert (first.start, first.early, first.customers) == (date(2009, 12, 1), True, 951)


def test_kinds_of_customers_as_pandas_counts_them(retail: Known) -> None:
    found, days = retail.study.retention, retail.days
    assert found is not None
    grouped = days.groupby(["month", "customer_id"])["gap"].agg([lambda gap: gap.isna().any(), "max"])
    grouped.columns = ["new", "longest"]
    back = ~grouped["new"] & (grouped["longest"] > 148)
    for flow in found.flows:
        month = pd.Period(flow.start, "M")
        one, won = grouped.loc[month], int(back.loc[month].sum())
        assert (flow.new, flow.won_back) == (int(one["new"].sum()), won)
        assert flow.repeating == len(one) - int(one["new"].sum()) - won
        last = days[days["day"] < min(pd.Timestamp(flow.end), pd.Timestamp(found.as_of))]
        end = min(pd.Timestamp(flow.end), pd.Timestamp(found.as_of)) - pd.Timedelta(days=1)
        assert flow.active == int(((end - last.groupby("customer_id")["day"].max()).dt.days < 148).sum())


def test_repeat_in_two_senses(retail: Known) -> None:
    """November 2011: 88 % had bought before; a third of as many ordered twice within the month."""
    found, orders = retail.study.retention, retail.orders[retail.orders["counts"]]
    assert found is not None
    flow = found.flows[-2]
    month = orders[orders["month"] == pd.Period("2011-11", "M")]
    before = set(orders[orders["month"] < pd.Period("2011-11", "M")]["customer_id"])
    assert flow.returning is not None and flow.two_orders is not None
    assert flow.returning.value == np.mean([who in before for who in month["customer_id"].unique()])
    assert flow.two_orders.value == (month.groupby("customer_id").size() > 1).mean()
    assert (round(flow.returning.value, 3), round(flow.two_orders.value, 3)) == (0.885, 0.322)


def test_waits_by_an_independent_product_limit(retail: Known) -> None:
    """Customers first seen from 28 April 2010 on; the estimate as a loop over days, without our steps."""
    found, days = retail.study.retention, retail.days
    assert found is not None and found.second is not None
    last = pd.Timestamp(found.as_of) - pd.Timedelta(days=1)
    first = days.groupby("customer_id")["day"].min()
    second = days[days["gap"].notna()].groupby("customer_id")["day"].min()
    first = first[first >= pd.Timestamp(found.settled)]
    happened = second.reindex(first.index)
    wait = (happened.fillna(last) - first).dt.days.to_numpy()
    event = happened.notna().to_numpy()
    left, curve = 1.0, {}
    for day in range(366):
        at_risk = (wait >= day).sum()
        left *= 1 - ((wait == day) & event).sum() / at_risk
        curve[day] = 1 - left
    assert (found.second.customers, found.second.events) == (len(first), int(event.sum()))
    assert found.second.median == next(day for day, share in curve.items() if share >= 0.5)
    for part in found.second.within:
        assert part.share is not None and part.share.value == pytest.approx(curve[part.days], abs=1e-12)
        assert part.share.n == int((last - first >= pd.Timedelta(days=part.days)).sum())
