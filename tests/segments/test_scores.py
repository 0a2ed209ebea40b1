"""Scores by stored cut points and named schemes: ties are equal, every scheme is a partition."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from regulars.engine import DuckEngine, Engine
from regulars.errors import SettingsError
from regulars.segments.models import Cuts
from regulars.segments.named import plan, presets, read_plan
from regulars.segments.scores import score
from regulars.settings import Settings, settings_from

TYPES = {"customer_id": "VARCHAR", "recency_days": "INTEGER", "orders": "INTEGER", "monetary": "DECIMAL(28,4)"}


def scores(engine: Engine, rows: list[tuple[int, int, Any]], **settings: Any) -> list[dict[str, Any]]:
    from decimal import Decimal

    table = [(f"c{i:04}", r, f, None if m is None else Decimal(str(m))) for i, (r, f, m) in enumerate(rows)]
    engine.put("measures", TYPES, table)
    score(engine, settings_from(settings))
    return engine.rows("select * from scores order by customer_id")


def test_a_value_on_a_cut_point_belongs_below_it() -> None:
    assert [Cuts("orders", (1, 4)).score(value) for value in (1, 2, 4, 5)] == [1, 2, 2, 3]
    recency = Cuts("recency_days", (180, 365), mirrored=True)
    assert [recency.score(value) for value in (1, 180, 181, 365, 366)] == [3, 3, 2, 2, 1]


def test_quintiles_by_hand(engine: Engine) -> None:
    rows = [(day, day, day * 10) for day in range(1, 101)]
    found = scores(engine, rows)
    assert [found[i]["r"] for i in (0, 19, 20, 99)] == [5, 5, 4, 1]
    assert [found[i]["f"] for i in (0, 19, 20, 99)] == [1, 1, 2, 5]
    assert [found[i]["m"] for i in (0, 19, 20, 99)] == [1, 1, 2, 5]
    assert found[0]["segment"] == "New"
    assert found[99]["segment"] == "Can't Lose"


def test_one_order_always_scores_one(duck: DuckEngine) -> None:
    rows = [(day, 0 if day <= 30 else 1 if day < 60 else day, day) for day in range(1, 101)]
    found = scores(duck, rows)
    assert {row["f"] for row, (_, orders, _) in zip(found, rows, strict=True) if orders <= 1} == {1}


def test_who_returned_all_scores_one_in_money(engine: Engine) -> None:
    rows = [(day, day, -50 + day) for day in range(1, 101)]
    found = scores(engine, rows)
    assert {row["m"] for row in found[:50]} == {1}
    assert found[99]["m"] == 5


ROWS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 20), st.one_of(st.none(), st.integers(-100, 5000))),
    min_size=1,
    max_size=60,
)


@given(ROWS, st.sampled_from(["standard", "klaviyo", "value"]))
@hypothesis_settings(max_examples=30, deadline=None)
def test_equal_customers_score_equally_and_better_is_never_worse(rows: list[tuple[int, int, Any]], preset: str) -> None:
    with DuckEngine(threads=1) as duck:
        found = scores(duck, rows, preset=preset)
        assert len(found) == len(rows), "everybody has a segment"
        at: dict[tuple[str, Any], int] = {}
        for (r, f, m), row in zip(rows, found, strict=True):
            for letter, value in zip("rfm", (r, f, m), strict=True):
                assert at.setdefault((letter, value), row[letter]) == row[letter]
        for letter, sign in (("r", -1), ("f", 1), ("m", 1)):
            known = sorted((sign * value, s) for (name, value), s in at.items() if name == letter and value is not None)
            assert [s for _, s in known] == sorted(s for _, s in known)
        shuffled = scores(duck, rows[::-1], preset=preset)[::-1]
        assert [(row["r"], row["f"], row["m"], row["segment"]) for row in shuffled] == [
            (row["r"], row["f"], row["m"], row["segment"]) for row in found
        ], "the order of customers does not matter"


def test_few_customers_have_three_levels_and_it_is_said(duck: DuckEngine) -> None:
    duck.put("measures", TYPES, [(f"c{i}", i + 1, i + 1, i + 1) for i in range(12)])
    scheme = score(duck, Settings())
    assert [message.key for message in scheme.notes] == ["scores.few_customers"]
    rows = duck.rows("select r, f, m from scores order by customer_id")
    assert {row["r"] for row in rows} == {1, 3, 5}


def test_one_customer_and_equal_customers_stand_in_the_middle(engine: Engine) -> None:
    (one,) = scores(engine, [(1, 1, 50)])
    assert (one["r"], one["f"], one["m"]) == (3, 1, 3)
    two = scores(engine, [(1, 1, 50), (90, 1, 70)] * 20)
    assert [(row["r"], row["f"], row["m"]) for row in two[:2]] == [(4, 1, 2), (2, 1, 4)]


def test_without_amounts_money_scores_one(engine: Engine) -> None:
    found = scores(engine, [(day, day, None) for day in range(1, 101)])
    assert {row["m"] for row in found} == {1}
    assert {row["r"] for row in found} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("preset", sorted(presets()))
def test_each_preset_is_a_partition(preset: str) -> None:
    chosen = plan(Settings(preset=preset))
    levels = range(1, chosen.levels + 1)
    assert set(chosen.codes) == {f"{r}{f}{m}" for r, f, m in product(levels, repeat=3)}
    assert set(chosen.codes.values()) == set(chosen.segments)


def test_the_presets_say_what_their_sources_say() -> None:
    standard = plan(Settings()).codes
    assert [standard[code] for code in ("551", "333", "313", "155", "245", "255", "511", "411", "425", "445")] == [
        "Champions", "Need Attention", "About to Sleep", "Can't Lose", "At Risk", "Can't Lose", "New", "Promising",
        "Potential Loyalists", "Loyal",
    ]  # fmt: skip
    klaviyo = plan(Settings(preset="klaviyo")).codes
    assert [klaviyo[code] for code in ("333", "233", "223", "123", "122", "111", "311")] == [
        "Champions", "Loyal", "Recent", "Needs Attention", "At Risk", "Inactive", "Recent",
    ]  # fmt: skip
    value = plan(Settings(preset="value")).codes
    assert [value[code] for code in ("111", "112", "113", "331", "332", "333")] == [
        "Not Loyal", "Not Loyal", "Need Attention", "Need Attention", "Priority", "Priority",
    ]  # fmt: skip


def test_klaviyo_looks_back_180_and_365_days(duck: DuckEngine) -> None:
    found = scores(duck, [(day, day, day) for day in (1, 180, 181, 365, 366)] * 10, preset="klaviyo")
    assert [row["r"] for row in found[:5]] == [3, 3, 2, 2, 1]


def test_the_shops_own_scheme(duck: DuckEngine) -> None:
    own = {
        "levels": 2,
        "cuts": {"recency_days": [30], "orders": [3], "monetary": "quantiles"},
        "segments": [{"name": "Now", "r": 2}, {"name": "Gone", "rest": True}],
    }
    found = scores(duck, [(day, 1, 5) for day in (1, 30, 31)] * 20, preset="mine", schemes={"mine": own})
    assert [row["segment"] for row in found[:3]] == ["Now", "Now", "Gone"]


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        ({"levels": 2, "segments": [{"name": "A", "r": 1}]}, "4 score codes .* 211"),
        ({"levels": 2, "segments": [{"name": "A"}, {"name": "B", "r": 2}]}, r"211 \(A \+ B\)"),
        ({"levels": 7, "segments": [{"name": "A"}]}, "levels = 7"),
        ({"segments": []}, "name of its own"),
        ({"segments": [{"name": "A"}], "cust": "clusters"}, "key cust"),
        ({"segments": [{"name": "A"}], "preset": "mine"}, "key preset"),
        ({"segments": [{"name": "A"}, {"name": "A"}]}, "name of its own"),
        ({"segments": [{"name": "A", "recency": "5"}]}, "unknown key recency"),
        ({"segments": [{"name": "A", "codes": "556 111"}]}, "no code 556"),
        ({"segments": [{"name": "A", "r": "high"}]}, "high is no span"),
        ({"levels": 3, "cuts": {"orders": [5, 1]}, "segments": [{"name": "A"}]}, "2 cut points"),
        ({"levels": 3, "cuts": "deciles", "segments": [{"name": "A"}]}, "deciles"),
        ({"levels": 3, "cuts": {"money": [1, 2]}, "segments": [{"name": "A"}]}, "unknown measure money"),
    ],
)
def test_a_scheme_that_is_none_is_refused(scheme: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        read_plan("mine", scheme)


def test_an_unknown_preset_names_the_known() -> None:
    with pytest.raises(SettingsError, match=r"klaviyo, standard, value"):
        plan(Settings(preset="rfm"))
