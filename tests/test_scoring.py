"""Scoring by a frozen study says of every customer of the study what the study's own table says."""

import time
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.analysis import Study
from regulars.api import Analysis, read, read_customers, study
from regulars.errors import InputError, UsageError
from regulars.locale import words
from regulars.publish import NO_ORDERS
from regulars.scoring import Orders, Placed, Scorer
from regulars.scoring.files import score_file
from regulars.settings import Settings

FAST = {"k_min": 3, "k_max": 4}
EVERY_MEASURE = ("recency_days", "orders", "monetary", "tenure_days", "avg_order_value", "return_share",
                 "days_between", "lines", "sales_amount", "returns_amount")  # fmt: skip


@pytest.fixture(scope="module")
def uci(data: Path) -> Analysis:
    """Online Retail II; clusters told by more than R/F/M."""
    features = ["recency_days", "orders", "monetary", "avg_order_value", "return_share"]
    return study(read(data / "online_retail_II.parquet"), features=features, **FAST)


def thawed(found: Study) -> Scorer:
    """The scorer of a study that has been to disk and back."""
    return Scorer(msgspec.json.decode(msgspec.json.encode(found), type=Study))


def columns(rows: list[dict[str, Any]], names: tuple[str, ...]) -> dict[str, np.ndarray]:
    return {name: np.array([np.nan if row[name] is None else float(row[name]) for row in rows]) for name in names}


def agrees(scorer: Scorer, placed: Placed, rows: list[dict[str, Any]]) -> bool:
    """Whether everybody has the scores, segment, cluster, persona and action of the study's own table."""
    say = words("en")
    segments, clusters = scorer.cards()
    for row, codes, segment, cluster in zip(rows, placed.scores, placed.segment, placed.cluster, strict=True):
        assert (None if segment < 0 else scorer.segments[segment]) == row["segment"], row
        assert int(cluster) == row["cluster"], row
        assert [int(code) or None for code in codes] == [row["r"], row["f"], row["m"]], row
        mine, group = (segments[segment] if segment >= 0 else None), clusters[cluster - 1]
        assert (mine.persona(say) if mine else None) == row["persona"]
        assert (mine.persona_key if mine else None) == row["persona_key"]
        assert (mine.actions[0].name if mine else None) == row["action_key"]
        assert (group.persona(say), group.persona_key) == (row["cluster_persona"], row["cluster_persona_key"])
    return True


def test_every_customer_of_online_retail_is_placed_as_in_the_study(uci: Analysis) -> None:
    rows = uci.customers.rows()
    scorer = thawed(uci.result)
    assert len(rows) == 5_875
    assert agrees(scorer, scorer.by_measures(columns(rows, scorer.needs())), rows)


def test_orders_give_the_measures_of_the_study_to_the_last_digit(uci: Analysis) -> None:
    rows = uci.customers.rows()
    scorer = thawed(uci.result)
    orders = uci._engine.rows("select customer_id, last_day, cast(amount as double) as amount, lines from orders")
    place = {row["customer_id"]: i for i, row in enumerate(rows)}
    given = Orders(
        np.array([place[order["customer_id"]] for order in orders]),
        np.array([order["last_day"] for order in orders], dtype="datetime64[D]"),
        np.array([order["amount"] for order in orders]),
        np.array([order["lines"] for order in orders]),
    )
    measures = scorer.measures(given, len(rows))
    for name, values in columns(rows, EVERY_MEASURE).items():
        np.testing.assert_array_equal(measures[name], values, name)
    assert agrees(scorer, scorer.by_orders(given, len(rows)), rows)


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["klaviyo", "value"])
def test_every_preset_is_scored_alike(data: Path, preset: str) -> None:
    with closing(study(read(data / "global_superstore.parquet"), preset=preset, frequency="lines", **FAST)) as done:
        rows = done.customers.rows()
        scorer = thawed(done.result)
        assert agrees(scorer, scorer.by_measures(columns(rows, scorer.needs())), rows)


TABLES = [
    pytest.param("customer_personality.csv", "ranks", marks=pytest.mark.slow),
    pytest.param("customer_personality.csv", "one_hot", marks=pytest.mark.slow),
    pytest.param("shop_customers.csv", "ranks", marks=pytest.mark.slow),
    ("shop_customers.csv", "one_hot"),
    ("france_customers.csv", "ranks"),
    ("france_customers.csv", "one_hot"),
    ("france_customers.csv", "gower"),
    ("france_customers.csv", "k_prototypes"),
    pytest.param("customer_personality.csv", "gower", marks=pytest.mark.slow),
    pytest.param("customer_personality.csv", "k_prototypes", marks=pytest.mark.slow),
    pytest.param("shop_customers.csv", "gower", marks=pytest.mark.slow),
    pytest.param("shop_customers.csv", "k_prototypes", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("file", "encoding"), TABLES)
def test_every_customer_of_a_table_is_placed_by_attributes(data: Path, file: str, encoding: str) -> None:
    """By the columns of the input alone, named by their headers: what is derived follows from them."""
    with closing(study(read_customers(data / file), encoding=encoding, **FAST)) as done:
        rows = done.customers.rows()
        held = {row["customer_id"]: row for row in done.people.rows()}
        scorer = thawed(done.result)
        assert done.result.people is not None
        given = {
            str(a.header): [held[row["customer_id"]][a.name] for row in rows]
            for a in done.result.people.attributes
            if not a.derived
        }
        assert agrees(scorer, scorer.by_attributes(given, len(rows)), rows)


def small(folder: Path, **settings: Any) -> Study:
    """Forty customers: customer i has 1 + i % 5 orders of 10 + i."""
    rows = [
        f"O{i}-{n},C{i:02},2024-0{1 + (i + n) % 6}-{1 + i % 28:02},Pot,1,{10 + i}.00"
        for i in range(40)
        for n in range(1 + i % 5)
    ]
    orders = folder / "orders.csv"
    orders.write_text("\n".join(["order_id,customer_id,order_date,product,quantity,price", *rows]), encoding="utf-8")
    with closing(study(read(orders), **{**FAST, **settings})) as done:
        return done.result


@pytest.fixture(scope="module")
def toko(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return thawed(small(tmp_path_factory.mktemp("toko")))


def one(**values: float) -> dict[str, np.ndarray]:
    return {name: np.array([value], dtype=float) for name, value in values.items()}


def test_a_customer_without_orders_has_no_scores_and_is_said_so(toko: Scorer) -> None:
    nobody = Orders(np.array([], int), np.array([], "datetime64[D]"), np.array([]), np.array([]))
    placed = toko.by_orders(nobody, 2)
    assert [toko.segments[place] for place in placed.segment] == [NO_ORDERS, NO_ORDERS]
    assert placed.cluster.tolist() == [0, 0]
    assert placed.scores.tolist() == [[0, 0, 0], [0, 0, 0]]
    assert toko.cards()[0][-1].actions == ()


def test_who_has_no_order_left_is_placed_as_the_study_places_them(tmp_path: Path) -> None:
    """Only a refund, a purchase returned on the same order or on another one: scores by the last day, as in the study,
    whether measures, orders or a file of lines say it. Who has never ordered has none."""
    lines = [f"O{i}-{n},C{i:02},2024-0{1 + (i + n) % 6}-{1 + i % 28:02},Pot,1,{10 + i}" for i in range(40)
             for n in range(1 + i % 5)]  # fmt: skip
    gone = ["X1,R1,2024-06-20,Pot,-1,9", "X2,R2,2024-06-20,Pot,1,9", "X2,R2,2024-06-20,Pot,-1,9",
            "X3,R3,2024-06-10,Pot,1,9", "X4,R3,2024-06-20,Pot,-1,9"]  # fmt: skip
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(["order_id,customer_id,order_date,product,quantity,price", *lines, *gone]))
    with closing(study(read(file), **FAST)) as done:
        rows = {row["customer_id"]: row for row in done.customers.rows()}
        scorer, day = thawed(done.result), done.result.as_of
    none_left = [rows[who] for who in ("R1", "R2", "R3")]
    assert [row["orders"] for row in none_left] == [0, 0, 1] and none_left[1]["monetary"] == 0
    assert agrees(scorer, scorer.by_measures(columns(none_left, EVERY_MEASURE)), none_left)
    orders = [(0, "2024-06-20", -9), (1, "2024-06-20", 0), (2, "2024-06-10", 9), (2, "2024-06-20", -9)]
    who, days, amounts = zip(*orders, strict=True)
    given = Orders(np.array(who), np.array(days, "datetime64[D]"), np.array(amounts, float), np.ones(len(orders)))
    assert agrees(scorer, scorer.by_orders(given, 3, day), none_left)
    filed = score_file(scorer, str(file), Settings())
    places = [filed.ids.index(row["customer_id"]) for row in none_left]
    again = Placed(filed.placed.scores[places], filed.placed.segment[places], filed.placed.cluster[places])
    assert agrees(scorer, again, none_left)
    never = scorer.by_measures(one(recency_days=np.nan, orders=0, monetary=0))
    assert scorer.segments[never.segment[0]] == NO_ORDERS  # as who stands in a customer table alone
    assert never.scores.tolist() == [[0, 0, 0]]


def test_a_refund_is_no_order_and_lowers_the_sales(toko: Scorer) -> None:
    day = np.array(["2024-03-01", "2024-03-05"], dtype="datetime64[D]")
    got = toko.measures(Orders(np.zeros(2, int), day, np.array([30.10, -10.05]), np.ones(2)), 1, date(2024, 3, 11))
    assert {n: float(got[n][0]) for n in ("recency_days", "orders", "monetary", "returns_amount")} == {
        "recency_days": 10, "orders": 1, "monetary": 20.05, "returns_amount": 10.05,
    }  # fmt: skip


def test_an_order_on_the_as_of_day_is_refused_with_the_way_out(toko: Scorer) -> None:
    assert toko.study.as_of is not None
    late = Orders(np.zeros(1, int), np.array([toko.study.as_of], "datetime64[D]"), np.array([5.0]), np.ones(1))
    with pytest.raises(UsageError, match=r"not before the as-of day 2024-06-2"):
        toko.by_orders(late, 1)
    assert toko.by_orders(late, 1, date(2025, 1, 1)).cluster[0] > 0


def test_orders_before_the_first_day_of_the_study_do_not_count(toko: Scorer) -> None:
    old = Orders(np.zeros(1, int), np.array(["2019-01-01"], "datetime64[D]"), np.array([5.0]), np.ones(1))
    assert toko.segments[toko.by_orders(old, 1).segment[0]] == NO_ORDERS


def test_without_the_features_of_a_cluster_nobody_has_one_and_the_reason_is_said(tmp_path: Path) -> None:
    scorer = Scorer(small(tmp_path, features=["recency_days", "products", "avg_order_value"]))
    placed = scorer.by_measures(one(recency_days=3, orders=2, monetary=20))
    assert placed.cluster.tolist() == [0]
    assert placed.segment[0] >= 0
    assert placed.reason is not None
    assert "products, avg_order_value" in placed.reason.text(words("en"))
    assert scorer.by_attributes({"recency_days": [3], "orders": [2], "monetary": [20], "products": [1],
                                 "avg_order_value": [10]}, 1).cluster[0] > 0  # fmt: skip


def test_an_unknown_column_and_an_impossible_value_name_themselves(data: Path, toko: Scorer) -> None:
    with pytest.raises(UsageError, match="no column colour"):
        toko.by_attributes({"colour": ["red"]}, 1)
    with closing(study(read_customers(data / "france_customers.csv"), **FAST)) as done:
        scorer = Scorer(done.result)
        with pytest.raises(InputError, match='"much" in MonthlyIncome is no number'):
            scorer.by_attributes({"MonthlyIncome": ["much"]}, 1)


finite = st.floats(-1e6, 1e6)
customers = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 500), finite), min_size=1, max_size=30)


@given(customers)
def test_a_customer_is_placed_alike_alone_and_among_others(toko: Scorer, rows: list[tuple[int, int, float]]) -> None:
    table = np.array(rows, dtype=float)
    named = dict(zip(("recency_days", "orders", "monetary"), table.T, strict=True))
    together = toko.by_measures(named)
    for i in range(len(rows)):
        alone = toko.by_measures({name: values[i : i + 1] for name, values in named.items()})
        assert (alone.segment[0], alone.cluster[0]) == (together.segment[i], together.cluster[i])


def test_a_hundred_thousand_customers_take_less_than_two_seconds_and_one_less_than_five_milliseconds(
    toko: Scorer,
) -> None:
    dice = np.random.default_rng(0)
    many = {"recency_days": dice.integers(0, 400, 100_000).astype(float), "orders": dice.integers(1, 50, 100_000) * 1.0,
            "monetary": dice.gamma(2, 100, 100_000)}  # fmt: skip
    begun = time.process_time()
    toko.by_measures(many)
    assert time.process_time() - begun < 2
    single = {name: values[:1] for name, values in many.items()}
    took = []
    for _ in range(101):
        begun = time.process_time()
        toko.by_measures(single)
        took.append(time.process_time() - begun)
    assert sorted(took)[50] < 0.005


def test_what_cannot_be_is_unknown_in_the_study_and_in_the_score(tmp_path: Path) -> None:
    """Every typed value of the study's table, read again for scoring: the same, or unknown in both."""
    nps = [n % 11 if n % 6 else -999 for n in range(60)]
    rows = [f"c{n},{20 + n % 50},{1950 + n % 50},{30_000 + 100 * n},2024-01-{n % 28 + 1:02},{n % 4},{nps[n]}"
            for n in range(60)]  # fmt: skip
    rows += ["w0,0,1893,666666,9999-12-31,-1,3", "w1,150,2090,-5,1850-01-01,999999999,0"]
    rows += ["w2,31,1990,33333,2024-03-01,3,-999"]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["Customer ID,Age,Year_Birth,Income,Dt_Customer,Kids,NPS", *rows]), encoding="utf-8")
    with closing(study(read_customers(path), **FAST)) as done:
        held, people = done.people.rows(), done.result.people
        assert people is not None
        scorer = thawed(done.result)
    found = score_file(scorer, str(path), Settings())
    codes = {finding.code: finding.count for finding in people.findings}
    assert codes["table_placeholders"] == 11, "also in the score"
    assert {finding.code: finding.count for finding in found.findings} == codes
    assert codes["table_impossible_income"] == 2
    given = [a for a in people.attributes if not a.derived]
    cells = [line.split(",") for line in rows]
    read_again = scorer.recoded({str(a.header): [row[i + 1] for row in cells] for i, a in enumerate(given)})
    for attribute in given:
        again = read_again[attribute.name]
        known = [row[attribute.name] is not None for row in held]
        assert known == [not missing for missing in (np.isnat(again) if again.dtype.kind == "M" else np.isnan(again))]
