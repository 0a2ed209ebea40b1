"""The statistics of people from tables in an engine: by hand on both engines, planted truth, hostile values."""

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest

from people.folk import FRAME, SEGMENTS, Given, customer, put_folk
from regulars.engine import DuckEngine, Engine
from regulars.errors import SettingsError
from regulars.features.people_models import People
from regulars.people.crosstabs import share_in_group, share_of_group, share_of_sales
from regulars.people.figures import people_figures
from regulars.people.models import Crosstab, PeopleFigures
from regulars.people.reading import Frame, newest
from regulars.settings import Settings

HAND: Given = {"sex": ("category", "gender"), "vip": ("yes_no", None), "kids": ("number", "children"),
               "pay": ("number", "income"), "web": ("number", "web"), "shop": ("number", "store")}  # fmt: skip
HOSTILE = ["' or 1=1 --", "</script><script>alert(1)</script>", "=HYPERLINK(1)", "{{7*7}}", "a\\b", "\u202eevil"]


def by_hand(engine: Engine) -> People:
    """Forty customers: c0 ... c39, every fourth Best; women are the even ones, of c39 nothing is known."""
    spent = [200 if i % 4 == 0 else 40 + i for i in range(40)]
    rows = [customer(f"c{i}", SEGMENTS[min(i % 4, 2)], spent[i], 1 + i % 3) for i in range(40)]
    table: dict[str, list[Any]] = {
        f"c{i}": ["f" if i % 2 == 0 else "m", i % 5 == 0, i % 3, 1000 + 10 * i, i % 4, 2] for i in range(39)
    }
    return put_folk(engine, rows, HAND, {**table, "c39": [None] * 6, "stranger": ["f", True, 1, 5, 1, 1]})


def figures(engine: Engine, people: People, frame: Frame = FRAME) -> PeopleFigures:
    found = people_figures(engine, people, frame, Settings())
    assert found is not None
    return found


def table_of(found: PeopleFigures, attribute: str, by: str = "segment") -> Crosstab:
    return next(table for table in found.crosstabs if (table.attribute, table.by) == (attribute, by))


@pytest.fixture(scope="module")
def said() -> dict[str, PeopleFigures]:
    """What the first engine found: the second is compared with it."""
    return {}


def test_sums_of_every_level_and_group(engine: Engine, said: dict[str, PeopleFigures]) -> None:
    found = figures(engine, by_hand(engine))
    assert (found.customers, found.sampled, found.outcome) == (40, 40, "monetary")
    sex = table_of(found, "sex")
    assert (sex.levels, sex.groups, sex.unknown) == (("f", "m"), SEGMENTS, 1)
    assert sex.counts == ((10, 0, 10), (0, 10, 9))  # i % 4: 0 Best, 1 Middle, 2 and 3 Last
    assert sex.sales is not None
    assert sex.sales[0] == (2000, 0, sum(40 + i for i in range(2, 40, 4)))
    best = share_of_sales(sex, 0, 0)
    assert best is not None and best.value == 1
    women, cell = share_of_group(sex, 0, 2), share_in_group(sex, 0, 0)
    assert women is not None and cell is not None
    assert (women.value, women.n, cell.value, cell.n) == (10 / 19, 19, 0.5, 20)
    assert table_of(found, "vip", "cluster").levels == ("false", "true")
    assert table_of(found, "kids").levels == ("0", "1", "2")
    pay = table_of(found, "pay")
    assert (pay.edges, [sum(row) for row in pay.counts]) == ((1090, 1190, 1290), [10, 10, 10, 9])
    assert said.setdefault("first", found) == found


def test_channels_are_summed_and_their_shares_spread(engine: Engine) -> None:
    found = figures(engine, by_hand(engine))
    mixes = {(mix.by, mix.group): mix for mix in found.mixes}
    assert mixes["segment", "Best"].purchases == (0, 20)
    assert (mixes["segment", "Middle"].channels, mixes["segment", "Middle"].purchases) == (("web", "store"), (10, 20))
    spread = next(one for one in found.spreads if (one.measure, one.group) == ("share_web", "Middle"))
    assert spread.quantiles == pytest.approx((1 / 3,) * 5)


def test_figures_are_json_without_loss(duck: DuckEngine) -> None:
    found = figures(duck, by_hand(duck))
    assert {"people_cells", "people_sample", "people_mix_segment"} <= set(duck.steps)  # each number can show its query
    assert msgspec.json.decode(msgspec.json.encode(found), type=PeopleFigures) == found


def test_rows_in_another_order_change_nothing(duck: DuckEngine) -> None:
    people = by_hand(duck)
    found = figures(duck, people)
    for table in ("customers", "people"):
        duck.make_from("turned", f"select * from {table} order by md5(customer_id) desc")
        duck.make_from(table, "select * from turned")
    assert figures(duck, people) == found


def test_hostile_values_stay_values(engine: Engine) -> None:
    rows = [customer(f"c{i}", SEGMENTS[i % 3], 10 + i) for i in range(60)]
    table = {f"c{i}": [HOSTILE[i % 6]] for i in range(60)}
    people = put_folk(engine, rows, {"job": ("category", "profession")}, table)
    found = figures(engine, people)
    assert set(table_of(found, "job").levels) == set(HOSTILE)
    assert table_of(found, "job").customers == 60


def test_the_smallest_of_many_levels_are_gathered(duck: DuckEngine) -> None:
    rows = [customer(f"c{i}", SEGMENTS[i % 3], 10 + i) for i in range(300)]
    table = {f"c{i}": [f"job {i % 25 if i < 250 else i % 5}", f"no {i}"] for i in range(300)}
    people = put_folk(duck, rows, {"job": ("category", "profession"), "tag": ("category", None)}, table)
    found = figures(duck, people)
    job = table_of(found, "job")
    assert len(job.levels) == 20 and job.levels[-1] == ""
    assert job.customers == 300 and job.of_level(19) == 60
    assert [one.values for one in found.left_out] == [{"header": "Tag", "n": 300}]


def test_under_served_people_are_found_with_their_reasons(duck: DuckEngine) -> None:
    found = planted(duck, low=0.05)
    segments = found.underserving[0]
    assert segments.best == ("Best",)
    one = segments.found[0]
    assert (one.attribute, one.level, set(one.why)) == ("town", "south", {"large", "growing", "valuable"})
    assert one.penetration.value < one.rest.value and one.difference[2] < 0
    assert {each.level for each in segments.found} == {"south"}  # the north is the other side of it
    assert segments.too_few == 1  # the twelve of the island


def test_nobody_is_under_served_where_towns_are_alike(duck: DuckEngine) -> None:
    assert planted(duck, low=0.4).underserving[0].found == ()


def planted(duck: DuckEngine, low: float) -> PeopleFigures:
    """1,200 customers; in the south `low` of them are Best, elsewhere .4; the south came late and spends more."""
    rng = np.random.default_rng(4)
    rows, table = [], {}
    for i in range(1_200):
        town = "island" if i < 12 else "south" if i % 5 < 2 else "north"
        chance = low if town == "south" else 0.4
        best = rng.random() < chance
        late = rng.random() < (0.8 if town == "south" else 0.4)
        orders = 8 if best else 2
        spent = orders * (60 if town == "south" else 40) * rng.uniform(0.8, 1.2)
        day = "2023-07-01" if late else "2022-07-01"
        rows.append(customer(f"c{i}", "Best" if best else SEGMENTS[1 + i % 2], round(spent, 2), orders, day))
        table[f"c{i}"] = [town]
    people = put_folk(duck, rows, {"town": ("category", None)}, table)
    return figures(duck, people)


def test_a_group_with_more_than_half_of_all_is_not_the_best(duck: DuckEngine) -> None:
    rows = [customer(f"c{i}", "Best" if i % 4 else "Last", 500 if i % 4 else 5) for i in range(80)]
    people = put_folk(duck, rows, {"sex": ("category", "gender")}, {f"c{i}": ["fm"[i % 2]] for i in range(80)})
    found = figures(duck, people)
    reason = found.underserving[0].reason
    assert reason is not None and reason.key == "people_pages.reason.no_best"


def test_a_table_of_other_people_gives_nothing(duck: DuckEngine) -> None:
    people = put_folk(duck, [customer("c1", "Best", 5)], {"sex": ("category", "gender")}, {"d1": ["f"]})
    assert people_figures(duck, people, FRAME, Settings()) is None


@pytest.mark.parametrize(("asked", "column"), [("PAY", "pay"), ("web", "web"), ("orders", "orders")])
def test_the_outcome_is_what_is_asked_for(duck: DuckEngine, asked: str, column: str) -> None:
    found = people_figures(duck, by_hand(duck), FRAME, Settings(outcome=asked))
    assert found is not None and found.outcome == column
    assert {scatter.outcome for scatter in found.scatters} == {column}
    assert found.correlations[0].first == column


def test_an_outcome_that_is_no_number_is_refused_with_those_there_are(duck: DuckEngine) -> None:
    with pytest.raises(SettingsError, match=r"no number sex .*pay"):
        people_figures(duck, by_hand(duck), FRAME, Settings(outcome="sex"))


def test_rupiah_in_billions_do_not_overflow(engine: Engine) -> None:
    rows = [customer(f"c{i}", SEGMENTS[i % 3], 3_000_000_000.5 + i, 40) for i in range(40)]
    found = figures(
        engine, put_folk(engine, rows, {"sex": ("category", "gender")}, {f"c{i}": ["fm"[i % 2]] for i in range(40)})
    )
    spread = table_of(found, "sex").spread
    assert spread is not None and sum(map(sum, spread)) == pytest.approx(40 * 3e9**2, rel=1e-6)


def test_customers_without_a_segment_are_in_no_group(engine: Engine) -> None:
    rows = [customer(f"c{i}", None if i < 10 else SEGMENTS[i % 3], 10 + i) for i in range(70)]
    given: Given = {"sex": ("category", "gender"), "web": ("number", "web"), "store": ("number", "store")}
    found = figures(engine, put_folk(engine, rows, given, {f"c{i}": ["fm"[i % 2], 1, 2] for i in range(70)}))
    assert table_of(found, "sex").groups == SEGMENTS and table_of(found, "sex").customers == 60
    assert table_of(found, "sex", "cluster").customers == 70
    assert sum(mix.customers for mix in found.mixes if mix.by == "segment") == 60


@pytest.mark.parametrize("value", [None, 7])
def test_empty_and_constant_columns_say_nothing_and_break_nothing(duck: DuckEngine, value: int | None) -> None:
    given: Given = {"pay": ("number", "income"), "age": ("number", "age"), "sex": ("category", "gender")}
    rows = [customer(f"c{i}", SEGMENTS[i % 3], 10 + i) for i in range(40)]
    people = put_folk(duck, rows, given, {f"c{i}": [value, value, None] for i in range(40)})
    found = figures(duck, people)
    assert {table.attribute for table in found.crosstabs} == set()
    assert [one for one in found.correlations if "pay" in (one.first, one.second)] == []


def test_without_amounts_the_order_of_the_segments_says_who_is_best(duck: DuckEngine) -> None:
    found = figures(duck, by_hand(duck), replace(FRAME, money=False))
    assert found.underserving[0].best == ("Best",)
    assert {table.sales for table in found.crosstabs} == {None}
    assert found.outcome is None


def test_the_newest_days_are_half_of_a_short_study() -> None:
    days = newest(FRAME.since, FRAME.as_of)  # type: ignore[arg-type]
    assert (days.early.isoformat(), days.late.isoformat()) == ("2022-01-01", "2023-01-01")
    short = newest(days.late, FRAME.as_of)  # type: ignore[arg-type]
    assert (short.early.isoformat(), short.late.isoformat()) == ("2023-01-02", "2023-07-03")


@pytest.mark.slow
def test_nobody_is_called_under_served_by_chance(duck: DuckEngine) -> None:
    """100 shops whose people are alike, 6 attributes each: at most a handful of finds."""
    given: Given = {f"a{i}": ("category", None) for i in range(6)}
    found = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        segments = rng.choice(SEGMENTS, 400, p=[0.3, 0.3, 0.4])
        rows = [
            customer(f"c{i}", str(s), round(float(rng.lognormal(4 + (s == "Best"), 0.6)), 2), int(rng.integers(1, 6)))
            for i, s in enumerate(segments)
        ]
        table = {f"c{i}": [f"l{rng.integers(2 + j)}" for j in range(6)] for i in range(400)}
        found += bool(figures(duck, put_folk(duck, rows, given, table)).underserving[0].found)
    assert found <= 8


@pytest.mark.slow
def test_a_link_of_a_quarter_of_the_customers_is_found(duck: DuckEngine) -> None:
    """40 shops where one customer in four is in the segment of the town: found in nearly all, and the other never."""
    given: Given = {"town": ("category", "city"), "noise": ("category", None)}
    seen = wrong = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        towns = rng.integers(0, 3, 500)
        home = np.where(rng.random(500) < 0.25, towns, rng.integers(0, 3, 500))
        rows = [customer(f"c{i}", SEGMENTS[s], 10 + i % 90) for i, s in enumerate(home)]
        people = put_folk(duck, rows, given, {f"c{i}": [f"t{t}", f"n{i % 4}"] for i, t in enumerate(towns)})
        tables = {t.attribute: t.association.q or 0.0 for t in figures(duck, people).crosstabs if t.by == "segment"}
        seen += tables["town"] <= 0.05
        wrong += tables["noise"] <= 0.05
    assert seen >= 38 and wrong <= 5
