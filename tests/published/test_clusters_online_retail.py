"""Online Retail II: silhouettes by k as published, and why "k = 2, about .42" is no proof of two groups."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.engine import DuckEngine
from regulars.segments.assign import assign
from regulars.segments.clusters import learn
from regulars.segments.models import Clusters
from regulars.settings import Settings

# the published ladder: customer present, trimmed, exact duplicates dropped, quantity and price above 0
FEATURES = """
with lines as (
  select distinct "Customer ID" as customer, trim(Invoice) as invoice, trim(StockCode), trim(Description), Quantity,
                  InvoiceDate as placed, Price, trim(Country)
  from   read_parquet($file)
  where  "Customer ID" is not null and Quantity > 0 and Price > 0)
select cast(customer as varchar) as customer_id,
       date_diff('day', max(cast(placed as date)), date '2011-12-10') as recency_days,
       count(distinct invoice) as orders,
       sum(Quantity * cast(Price as decimal(18, 4))) as monetary
from   lines group by customer
"""
PUBLISHED = [0.419, 0.401, 0.362, 0.367, 0.347, 0.336, 0.317, 0.311, 0.301]


@pytest.fixture(scope="module")
def retail(data: Path) -> Iterator[DuckEngine]:
    with DuckEngine() as engine:
        engine.make_from("features", FEATURES, file=str(data / "online_retail_II.parquet"))
        yield engine


@pytest.fixture(scope="module")
def published(retail: DuckEngine) -> Clusters:
    return learn(retail, Settings(transform="log1p_but_recency", outliers="none", k_max=10, k=2))


def test_silhouettes_for_2_to_10_clusters(published: Clusters) -> None:
    assert published.fitted_on == 5878
    assert [row.silhouette for row in published.evidence] == pytest.approx(PUBLISHED, abs=0.01)


def test_two_clusters_are_the_active_and_the_dormant(retail: DuckEngine, published: Clusters) -> None:
    assign(retail, published.model)
    active, dormant = retail.rows(
        "select count(*) as n, avg(recency_days) as recency, avg(orders) as orders, avg(monetary) as monetary "
        "from features join clusters using (customer_id) group by cluster order by cluster"
    )
    assert (active["n"], dormant["n"]) == (pytest.approx(2700, rel=0.01), pytest.approx(3177, rel=0.01))
    assert active["recency"] == pytest.approx(64, abs=1)
    assert active["orders"] == pytest.approx(11.5, abs=0.1)
    assert active["monetary"] == pytest.approx(5837, rel=0.01)
    assert dormant["recency"] == pytest.approx(318, abs=2)
    assert dormant["orders"] == pytest.approx(1.8, abs=0.05)
    assert dormant["monetary"] == pytest.approx(523, rel=0.01)


def test_with_all_three_logarithms_the_null_does_as_well(retail: DuckEngine) -> None:
    found = learn(retail, Settings(outliers="none"))
    assert found.evidence[0].silhouette == pytest.approx(0.438, abs=0.005)
    assert found.evidence[0].null_silhouette == pytest.approx(0.430, abs=0.01)
    assert (found.verdict, found.recommended_k) == ("no_clear_structure", None)


def test_two_clusters_of_quintile_scores(retail: DuckEngine) -> None:
    retail.make_from("measured", "select * from features")
    retail.make_from(
        "features",
        "select customer_id, 6 - ntile(5) over (order by recency_days, customer_id) as recency_days, "
        "ntile(5) over (order by orders, customer_id) as orders, "
        "ntile(5) over (order by monetary, customer_id) as monetary from measured",
    )
    found = learn(retail, Settings(transform="none", outliers="none", k_max=3))
    retail.make_from("features", "select * from measured")
    assert found.evidence[0].silhouette == pytest.approx(0.457, abs=0.01)
