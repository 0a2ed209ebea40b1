"""What people and programs see of bundles: the command, its JSON, the study, the report page, both languages."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import regulars as rg
from baskets.planted import independent, lists
from baskets.shops import put_sales
from regulars import cli
from regulars.api import Analysis
from regulars.baskets.bundles import study_bundles
from regulars.baskets.find import distinct, find_rules
from regulars.baskets.models import Bundles
from regulars.baskets.words import listed, notes, sentence, show_bundles, sure
from regulars.charts.baskets import by_segment, matrix, network, spread
from regulars.engine import DuckEngine, Engine
from regulars.exports import export_table
from regulars.locale import Message, words
from regulars.pages.bundles import bundles_page
from regulars.shop import open_shop
from report.make_study import HOSTILE, make_study

ITEMS = [f"Item {i}" for i in range(24)] + ["=HYPERLINK(1)"]


def order_lines(path: Path) -> Path:
    """A planted shop as CSV: items 10 and 12 bring item 17; customers hold five orders each."""
    rng = np.random.default_rng(11)
    held = independent(rng, 3_000)
    both = held[:, 10] & held[:, 12]
    held[both, 17] |= rng.random(both.sum()) < 0.7
    rows = ["order,customer,date,product,category,amount"]
    for number, items in enumerate(lists(held)):
        day = np.datetime64("2023-01-01") + number * 500 // 3_000
        rows += [f'{number},C{number % 600},{day},"{ITEMS[i]}",K{i % 4},{i + 1}.50' for i in items]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Analysis]]:
    folder = tmp_path_factory.mktemp("bundles")
    analysis = rg.study(rg.read(order_lines(folder / "orders.csv")))
    analysis.save(folder / "toko")
    yield folder / "toko", analysis
    analysis.close()


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["regulars", "rules", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


def test_the_study_finds_what_was_planted(planted: tuple[Path, Analysis]) -> None:
    bundles = planted[1].result.bundles
    best = bundles.bundles[0]
    assert {*best.rule.antecedent, *best.rule.consequent} == {"Item 10", "Item 12", "Item 17"}
    assert (bundles.level, bundles.baskets) == ("product", 3_000)
    assert best.rule.value == pytest.approx(11.5 + 13.5 + 18.5)
    assert best.rule.margin is None
    assert sum(one.baskets for one in best.segments) == 3_000
    assert sum(one.count for one in best.segments) == best.rule.count


def test_json_holds_every_rule(planted: tuple[Path, Analysis], called: Any) -> None:
    code, out, _ = called("--shop", str(planted[0]), "--min-support", "0.01", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["min_count"] == 30
    assert found["segment"] is None
    for rule in found["rules"]:
        assert rule["lift"] > 1
        assert rule["count"] >= 30
        assert rule["support"] == pytest.approx(rule["count"] / 3_000, abs=1e-15)
        assert 0 < rule["p_value"] <= rule["q_value"] <= 1
        assert isinstance(rule["redundant"], bool)
    assert {rule["redundant"] for rule in found["rules"]} == {True, False}
    again = called("--shop", str(planted[0]), "--min-count", "30", "--json")[1]
    assert json.loads(again)["rules"] == found["rules"]


def test_every_proven_set_is_shown_beside_those_it_lies_within(planted: tuple[Path, Analysis]) -> None:
    rule = planted[1].result.bundles.bundles[0].rule
    pair = replace(rule, antecedent_codes=rule.antecedent_codes[:1], consequent_codes=rule.consequent_codes[:1])
    chance = replace(pair, consequent_codes=("x",), adjusted_q_value=0.9)
    others = [replace(rule, antecedent_codes=(f"a{i}",), consequent_codes=(f"b{i}",)) for i in range(15)]
    rules = (rule, pair, replace(pair, redundant=True), *others, chance)
    assert sure(rule) and not sure(chance)
    assert distinct(rules, proven=100) == [rule, pair, *others]
    assert distinct(rules) == [rule, *others[:11]]


@pytest.mark.parametrize("language", ["en", "id"])
def test_words_in_the_terminal(planted: tuple[Path, Analysis], called: Any, language: str) -> None:
    code, out, _ = called("--shop", str(planted[0]), "--lang", language)
    said = " ".join(out.split())
    assert code == 0
    assert {"en": "is usual for orders of their size", "id": "yang lazim untuk pesanan sebesar itu"}[language] in said
    assert {"en": "proven", "id": "terbukti"}[language] in said


def test_four_orders_are_too_few(duck: DuckEngine, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [(f"o{i}", "c", date(2024, 1, 1 + i), f"p{j}") for i in range(4) for j in range(2)]
    put_sales(duck, [dict(zip(("order_id", "customer_id", "day", "product_id"), line, strict=True)) for line in lines])
    show_bundles(find_rules(duck), words("en"))
    said = capsys.readouterr().out
    assert said.startswith("Too few: 4 baskets.") and "%" not in said


def test_a_segment_alone(planted: tuple[Path, Analysis], called: Any) -> None:
    group = max(planted[1].result.segments, key=lambda one: one.customers)
    code, out, _ = called("--shop", str(planted[0]), "--segment", group.name, "--basket", "customer", "--json")
    assert (code, json.loads(out)["baskets"]) == (0, group.customers)
    code, _, said = called("--shop", str(planted[0]), "--segment", "Nobody")
    assert code == 2
    assert "Nobody" in said
    assert group.name in said


@pytest.mark.parametrize(
    "arguments",
    [("--min-support", "0"), ("--min-support", "0.1", "--min-count", "3"), ("--level", "brand"), ("--max-size", "9")],
)
def test_what_cannot_be_asked_is_usage(planted: tuple[Path, Analysis], called: Any, arguments: tuple[str, ...]) -> None:
    code, out, said = called("--shop", str(planted[0]), *arguments)
    assert (code, out) == (2, "")
    assert said.startswith("regulars: ")


def test_the_table_of_rules(planted: tuple[Path, Analysis], tmp_path: Path) -> None:
    study = planted[1].result
    source = open_shop(planted[0]).path_of(study.as_of, "rules.parquet")
    assert export_table(source, tmp_path / "rules.csv", "csv", "en") == study.bundles.found
    assert "Item 12 + Item 10" in (tmp_path / "rules.csv").read_text(encoding="utf-8-sig")


def test_segments_on_every_engine(engine: Engine) -> None:
    rows = [(f"C{i // 2}", f"O{i}", item) for i in range(60) for item in (["x", "y"] if i % 2 else ["z"])]
    types = dict.fromkeys(("customer_id", "order_id", "product"), "VARCHAR")
    engine.put("bought", types, rows)
    engine.make_from(
        "sales",
        "select *, date '2024-01-01' as day, cast(null as varchar) as product_id, cast(null as varchar) as category, "
        "cast(null as varchar) as subcategory, cast(null as decimal(18, 4)) as amount, "
        "cast(null as decimal(18, 4)) as profit, false as is_return from bought",
    )
    engine.make_from("orders", "select distinct customer_id, order_id from bought")
    engine.put("customers", dict.fromkeys(("customer_id", "segment"), "VARCHAR"),
               [(f"C{i}", "Loyal" if i < 10 else "New") for i in range(30)])  # fmt: skip
    bundles = study_bundles(engine, frozenset({"product"}))
    assert [(one.segment, one.baskets, one.count) for one in bundles.bundles[0].segments] == [
        ("Loyal", 20, 10), ("New", 40, 20)
    ]  # fmt: skip
    assert engine.rows("select count(*) as n from rules")[0]["n"] == bundles.found == 2


def test_a_shop_without_products_has_a_page_that_says_so() -> None:
    reason = Message("bundles.reason.no_items", {"level": "product"})
    study = replace(make_study(), bundles=Bundles("product", "order", 0, 0, 0, 0, 0, None, 0, 0, (), (), reason))
    page = bundles_page(study, words("en"))
    assert "names an item" in page.blocks[0].empty
    assert bundles_page(replace(study, bundles=None), words("en")) is None


def test_the_page(planted: tuple[Path, Analysis]) -> None:
    study = planted[1].result
    for language in ("en", "id"):
        say = words(language, "GBP")
        page = bundles_page(study, say)
        assert [block.key for block in page.blocks] == ["bundles-words", "bundles-pairs", "bundles-segments"]
        assert str(study.bundles.sure) in page.insights[0]
        table = page.blocks[0].tables[0]
        assert len(table.rows) == len(study.bundles.bundles)
        assert all(len(row) == len(table.headers) for row in table.rows)
        for chart in page.blocks[1].charts + page.blocks[2].charts:
            assert chart.title
            assert "n = 3" in chart.note
            assert all(len(row) == len(chart.table.headers) for row in chart.table.rows)


def test_a_pair_in_both_directions_is_one_set_and_chance_is_not_drawn(planted: tuple[Path, Analysis]) -> None:
    """A user read "2 rules are proven" above a table with one proven row, and saw chance drawn beside it."""
    study = planted[1].result
    found, say = study.bundles, words("en", "GBP")
    sets = sum(sure(bundle.rule) for bundle in found.bundles)
    head = bundles_page(study, say).insights[0]
    assert head.startswith(f"{sets} set") and (f"({found.sure} rules" in head) is (sets != found.sure)
    pairs = [r for r in found.rules if len(r.antecedent) == len(r.consequent) == 1]
    for q in (0.0, 1.0):  # every pair as if proven, as if by chance
        told = replace(found, rules=tuple(replace(r, q_value=q, adjusted_q_value=q, adjusted_low=2.0) for r in pairs))
        net, map_ = network(told, say), matrix(told, say)
        dashed = ["type" in line["lineStyle"] for line in net.option["series"][0]["data"]]
        pale = ["itemStyle" in cell for cell in map_.option["series"][0]["data"]]
        assert dashed and set(dashed) == set(pale) == {q > 0}


def test_hostile_names_stay_text(planted: tuple[Path, Analysis]) -> None:
    found = planted[1].result.bundles
    named = {name: f"{i}{HOSTILE[i % len(HOSTILE)]}" for i, name in enumerate(ITEMS)}
    rules = tuple(
        replace(rule, antecedent=tuple(named[name] for name in rule.antecedent),
                consequent=tuple(named[name] for name in rule.consequent))
        for rule in found.rules
    )  # fmt: skip
    hostile = replace(found, rules=rules, bundles=tuple(
        replace(bundle, rule=rule) for bundle, rule in zip(found.bundles, rules, strict=False)))  # fmt: skip
    say = words("en")
    for chart in (network(hostile, say), matrix(hostile, say), by_segment(hostile, say)):
        assert "\u202e" not in json.dumps(chart.option, ensure_ascii=False)
    assert len(sentence(rules[0], "order", say)) < 600


def test_names_in_a_sentence() -> None:
    say = words("en")
    assert [listed(names, say) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
    assert listed(["a", "b", "c"], words("id")) == "a, b dan c"


def test_notes_say_what_was_capped(planted: tuple[Path, Analysis]) -> None:
    found = replace(planted[1].result.bundles, capped=3)
    assert "3 very large baskets" in notes(found, words("en"))[1]


def test_points_of_a_network_stand_apart_and_always_alike() -> None:
    names = [f"n{i}" for i in range(12)]
    links = [("n0", "n1"), ("n1", "n2"), ("n3", "n4")]
    places = spread(names, links)
    assert places == spread(names, links)
    assert all(-1.0001 <= value <= 1.0001 for place in places for value in place)

    def apart(i: int, j: int) -> float:
        return ((places[i][0] - places[j][0]) ** 2 + (places[i][1] - places[j][1]) ** 2) ** 0.5

    assert min(apart(i, j) for i in range(12) for j in range(i)) > 0.1
    assert apart(0, 1) < np.median([apart(i, j) for i in range(12) for j in range(i)])
