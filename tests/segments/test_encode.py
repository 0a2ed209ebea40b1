"""Attributes as numbers for clustering, words as words, and clusters that are one column over again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
import pytest

from regulars.engine import DuckEngine, Engine
from regulars.errors import SettingsError
from regulars.features.people_models import Attribute, AttributeKind, People, Role
from regulars.locale import Message
from regulars.segments.algorithms.mixed import GowerMedoids, KPrototypes, Mixed
from regulars.segments.assign import assign
from regulars.segments.clusters import learn_from
from regulars.segments.encode import Encoding, encoding_of, read_encoded
from regulars.segments.kmeans import scale
from regulars.segments.mixed_clusters import learn_mixed
from regulars.segments.models import Clusters
from regulars.segments.recovered import level_counts, recovered
from regulars.settings import Settings

N = 240


def attribute(
    name: str, kind: AttributeKind = "number", role: Role | None = None, levels: Sequence[str] = (), distinct: int = 9
) -> Attribute:
    return Attribute(name, name.title(), kind, role, tuple(levels), N, len(levels) or distinct)


TRADES = ("Nurse", "Cook", "Pilot")
ATTRIBUTES = (
    attribute("age", role="age"),
    attribute("income", role="income"),
    attribute("city", "category", "city", ("Solo", "Bogor")),
    attribute("trade", "category", "profession", TRADES),
    attribute("school", "ordered", "education", ("SD", "SMA", "S1")),
    attribute("member", "yes_no"),
    attribute("same", distinct=1),
)


def fill(engine: Engine) -> None:
    """Nurses, cooks and pilots, of whom nothing else differs but by chance; one has no trade, one no age."""
    dice = Random(3)  # noqa: S311
    types = {"line": "BIGINT", "customer_id": "VARCHAR", "age": "DECIMAL(18,4)", "income": "DECIMAL(18,4)"}
    types |= dict.fromkeys(("city", "trade", "school"), "VARCHAR") | {"member": "BOOLEAN", "same": "DECIMAL(18,4)"}
    rows = []
    for i in range(N):
        income = int(20_000 * dice.lognormvariate(0, 1.2))
        row = [Decimal(dice.randint(18, 80)), Decimal(income), dice.choice(("Solo", "Bogor")), TRADES[i % 3]]
        rows.append([i, f"c{i:03}", *row, dice.choice(("SD", "SMA", "S1")), i % 2 == 0, Decimal(7)])
    rows[5][5], rows[6][2] = None, None
    engine.put("people", types, rows)


def encoded(engine: Engine, **given: Any) -> tuple[Encoding, Settings]:
    settings = Settings(**given)
    encoding = encoding_of(ATTRIBUTES, settings, N)
    fields = ", ".join(f"{sql} as {name}" for name, sql in encoding.columns.items())
    engine.make_from("features", f"select p.customer_id, {fields} from people p")
    return encoding, settings


def test_words_stay_out_unless_they_are_asked_for(duck: DuckEngine) -> None:
    fill(duck)
    assert encoded(duck)[0].features == ("age", "income", "school")
    chosen, _ = encoded(duck, encoding="one_hot")
    assert chosen.features == (
        *("age", "income", "city_is_bogor", "trade_is_nurse", "trade_is_cook", "trade_is_pilot", "school", "member"),
    )
    assert {chosen.source[name] for name in chosen.features if name.startswith("trade")} == {"trade"}
    row = duck.rows("select * from features where customer_id = 'c000'")[0]
    assert (row["trade_is_nurse"], row["trade_is_cook"], row["member"]) == (1, 0, 1)
    assert {r["school"] for r in duck.rows("select school from features")} == {0, 1, 2}
    assert encoded(duck, encoding="gower")[0].codes == {"city", "trade", "member"}


def test_a_part_of_a_sum_is_not_counted_twice() -> None:
    given = (
        attribute("wine", role="spending"),
        attribute("fish", role="spending"),
        attribute("spent", role="total_spending"),
        attribute("born", role="birth_year"),
        attribute("age", role="age"),
    )
    assert encoding_of(given, Settings(), N).features == ("spent", "age")
    assert encoding_of(given, Settings(), N).worth == "spent"


def test_features_are_named_by_header_or_column(duck: DuckEngine) -> None:
    fill(duck)
    assert encoded(duck, features=("Income", "age"))[0].features == ("income", "age")
    with pytest.raises(SettingsError, match="trade"):
        encoded(duck, features=("trade",))
    assert encoded(duck, features=("trade",), encoding="one_hot")[0].features[0] == "trade_is_nurse"


def test_what_is_skewed_is_taken_as_its_logarithm(duck: DuckEngine) -> None:
    fill(duck)
    encoding, settings = encoded(duck)
    sample, logged = read_encoded(duck, encoding, settings)
    assert logged == ("income",)
    assert sample.features == ("age", "income", "school")


@pytest.mark.parametrize(
    ("scaling", "spread"),
    [
        ("standard", lambda ages: ages.std()),
        ("minmax", lambda ages: ages.max() - ages.min()),
        ("robust", lambda ages: (np.quantile(ages, 0.75) - np.quantile(ages, 0.25)) / 1.349),
    ],
)
def test_each_scaling_assigns_everybody(duck: DuckEngine, scaling: str, spread: Callable[[Any], float]) -> None:
    fill(duck)
    encoding, settings = encoded(duck, scaling=scaling, k=2, k_max=3, transform="none", outliers="none")
    sample, _ = read_encoded(duck, encoding, settings)
    found = learn_from(sample, settings)
    assign(duck, found.model)
    assert duck.rows("select count(*) as n from clusters where cluster in (1, 2)")[0]["n"] == N
    ages = sample.values[:, 0]
    assert found.model is not None
    assert found.model.scale[0] == pytest.approx(spread(ages[~np.isnan(ages)]))


@pytest.mark.parametrize("encoding", ["gower", "k_prototypes"])
def test_words_and_numbers_together_by_one_query(engine: Engine, encoding: str) -> None:
    """The query puts everybody where the method itself does, on both engines."""
    fill(engine)
    chosen, settings = encoded(engine, encoding=encoding, k=3, k_max=4, transform="none")
    sample, _ = read_encoded(engine, chosen, settings)
    found, query = learn_mixed(sample, chosen.codes, settings)
    engine.make_from("clusters", query)
    assert (found.k, found.verdict, found.recommended_k) == (3, "no_clear_structure", None)
    assert [row.k for row in found.evidence] == [2, 3, 4]
    by_id = {row["customer_id"]: row["cluster"] for row in engine.rows("select * from clusters")}
    sql = "select customer_id from features order by md5(concat(cast(0 as varchar), ' ', customer_id)), customer_id"
    mine = [by_id[row["customer_id"]] for row in engine.rows(sql)]
    words = [j for j, name in enumerate(sample.features) if name in chosen.codes]
    numbers = [j for j in range(len(sample.features)) if j not in words]
    part = replace(sample, features=tuple(sample.features[j] for j in numbers), values=sample.values[:, numbers])
    codes = np.nan_to_num(sample.values[:, words], nan=-1).astype(int)
    method = {"gower": GowerMedoids(3, max_samples=1_500), "k_prototypes": KPrototypes(3)}[encoding]
    labels = method.fit(Mixed(scale(part, settings).points, codes)).labels_
    assert len(set(zip(mine, labels, strict=True))) == 3, "each cluster of the query is one of the method"


def test_an_encoding_of_words_needs_words(duck: DuckEngine) -> None:
    fill(duck)
    encoding, settings = encoded(duck, encoding="gower", features=("age", "income"))
    with pytest.raises(SettingsError, match="gower"):
        learn_mixed(read_encoded(duck, encoding, settings)[0], encoding.codes, settings)


def grouped(engine: Engine, sql: str) -> People:
    """The people in clusters by an expression over `people`."""
    fill(engine)
    engine.make_from("customers", f"select customer_id, cast({sql} as integer) as cluster from people")
    return People(N, None, None, None, ATTRIBUTES, (), "id")


def test_clusters_that_are_one_column_are_told(engine: Engine) -> None:
    told = grouped(engine, "case trade when 'Nurse' then 1 when 'Cook' then 2 else 2 end")
    found = recovered(told, some_clusters(2), level_counts(engine, told))
    assert (found[0].attribute, found[0].purity, found[0].strength, found[0].customers) == ("trade", 1, 1, N - 1)
    assert found[0].merely
    assert [each.merely for each in found[1:]] == [False] * (len(found) - 1)


def test_clusters_that_are_none_are_not(duck: DuckEngine) -> None:
    told = grouped(duck, "line % 7 % 3 + 1")
    found = recovered(told, some_clusters(3), level_counts(duck, told))
    assert max(each.strength for each in found) < 0.2
    assert recovered(told, some_clusters(1), level_counts(duck, told)) == ()


def some_clusters(k: int) -> Clusters:
    return Clusters(k, None, None, "no_clear_structure", Message("clusters.low_data.features"), (), None, None, N)
