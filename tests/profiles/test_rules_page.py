"""The page, the cards and the command say the same rules; names from the data are only ever text."""

import json
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import msgspec
import pytest
from typer.testing import CliRunner

import regulars as rg
from regulars.analysis import Study
from regulars.cli import app
from regulars.features.people_models import Attribute, People
from regulars.locale import Language, Message, words
from regulars.pages import report_of
from regulars.pages.plain import plain_page
from regulars.pages.plain_words import card_line, condition_text, rule_text
from regulars.profiles.rule_models import Condition, Node, PlainRule, PlainRules, Tree
from regulars.profiles.rule_sql import rule_sql, where_sql
from regulars.rates import rate
from regulars.report import report_html
from regulars.synth import write_planted
from report.make_study import HOSTILE, make_study

SAY = words("en", "GBP")
RULE = (Condition("orders", low=5.0), Condition("recency_days", high=20.0), Condition("monetary", 100.0, 2_500.0))


def with_rules(study: Study) -> Study:
    """Every group has the same rule but the last, of which nothing is said; a tree of one question."""
    groups = [*study.segments, *study.cluster_profiles]
    rules = [
        PlainRule(g.kind, g.name, g.customers, RULE, rate(92, 100), rate(46, 50), 200, 184, rule_sql(where_sql(RULE)))
        for g in groups[:-1]
    ]
    reason = Message("plain.reason.few", {"n": 3, "needed": 30})
    rules.append(PlainRule(groups[-1].kind, groups[-1].name, 6, reason=reason))
    nodes = (
        Node(groups[0].name, 100, rate(60, 100), Condition("job", value=HOSTILE[3]), 1, 2),
        Node(groups[0].name, 60, rate(54, 60)),
        Node(groups[1].name, 40, None),
    )
    trees = tuple(Tree(kind, nodes, 0.9, 0.4, 100, 2) for kind in ("segment", "cluster"))
    return replace(study, plain_rules=PlainRules(tuple(rules), trees, ("orders",), 500, 500))


def text_of(html: str) -> str:
    return re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.DOTALL)


def test_a_rule_in_words() -> None:
    rule = PlainRule("segment", "Champions", 10, RULE)
    assert (
        rule_text(make_study(), rule, SAY) == "5 or more orders, last order at most 20 days ago, spent £100 to £2,500"
    )
    said = rule_text(make_study(), rule, words("id", "IDR"))
    assert (
        said
        == "5 pesanan atau lebih, pesanan terakhir paling lama 20 hari lalu, belanja Rp\u00a0100 sampai Rp\u00a02.500"
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("orders", 1, 1), "1 order"),
        (Condition("orders", high=2), "at most 2 orders"),
        (Condition("return_share", low=0.25), "sent back 25\u00a0% or more of the money spent"),
        (Condition("age", 30, 45.5), "Age: 30 to 45.5"),
        (Condition("vip", value=False), "VIP?: no"),
        (Condition("job", value="Doctor"), "Job: Doctor"),
    ],
)
def test_conditions_in_words(condition: Condition, expected: str) -> None:
    attributes = tuple(
        Attribute(name, header, "number", None, (), 9, 9)
        for name, header in (("age", "Age"), ("vip", "VIP?"), ("job", "Job"))
    )
    study = replace(make_study(), people=People(9, None, None, None, attributes, (), None))
    assert condition_text(study, condition, SAY) == expected


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_definition_stands_where_a_segment_is_too_small(language: Language) -> None:
    study, say = make_study(), words(language, "GBP")
    name = study.segments[0].name
    ranges = ((Condition("orders", low=4, high=9), Condition("monetary", above=500)), RULE[:1])
    exact = PlainRule("segment", name, 12, found=12, hits=12, sql="select", ranges=ranges)
    few = PlainRule("cluster", "Cluster 1", 9, reason=Message("plain.reason.few", {"n": 3, "needed": 30}))
    study = replace(study, plain_rules=PlainRules((exact, few), (), ("orders",), 50, 50))
    text = rule_text(study, exact, say)
    expected = {
        "en": "4 to 9 orders, spent more than £500; or 5 or more orders",
        "id": "4 sampai 9 pesanan, belanja lebih dari £500; atau 5 pesanan atau lebih",
    }
    assert text == expected[language]
    page = plain_page(study, say)
    assert page is not None and [block.key for block in page.blocks] == ["plain_segment"]
    assert page.insights == (say("plain.insight.brief", n=1, of=1),)
    assert page.blocks[0].tables[0].rows[0][1:] == (text, *[say("plain.table.exact")] * 2, "12")
    assert text in card_line(study, "segment", name, say) and not card_line(study, "cluster", "Cluster 1", say)


def test_the_opening_sentence_counts_what_stands_below() -> None:
    """A user read "1 of 10 can be said in three conditions" above nine exact definitions of two conditions each."""
    study, one = make_study(), (Condition("orders", low=4, high=9),)
    names = [profile.name for profile in study.segments]
    rules = [PlainRule("segment", name, 12, found=12, hits=12, sql="s", ranges=(one,)) for name in names[:-2]]
    rules += [PlainRule("segment", names[-2], 12, found=12, hits=12, sql="s", ranges=(one, one, one, one))]
    rules += [PlainRule("segment", names[-1], 9, RULE, rate(92, 100), rate(46, 50), 10, 9, "s")]
    page = plain_page(replace(study, plain_rules=PlainRules(tuple(rules), (), ("orders",), 50, 50)), SAY)
    assert page is not None
    brief, learned, long = page.insights
    assert brief.startswith("8 of 10 segments can be said exactly in at most three conditions")
    assert learned.startswith("For 1 of 10 segments") and long.startswith("1 of 10 segments takes more than three")


def test_lines_are_called_lines_where_they_were_counted() -> None:
    study = make_study()
    by_lines = replace(study, settings=replace(study.settings, frequency="lines"))
    assert condition_text(by_lines, Condition("orders", low=5), SAY) == "5 or more order lines"


def test_cards_and_page_show_every_rule_or_why_there_is_none() -> None:
    study = with_rules(make_study())
    report = report_of(study)
    assert report.segments.cards[0].rule.startswith("5 or more orders, last order at most 20 days ago")
    assert "92\u00a0% precise" in report.segments.cards[0].rule
    assert report.clusters.cards[-1].rule == ""  # the page says why
    page = next(page for page in report.more if page.key == "plain")
    assert [len(block.tables[0].rows) for block in page.blocks] == [10, 4]
    assert page.blocks[0].tables[0].rows[0][2].startswith("92\u00a0% (85\u00a0% to ")
    assert "10 of 10 segments" in page.insights[0]
    assert "plain" not in {page.key for page in report_of(make_study()).more}


@pytest.mark.parametrize("language", ["en", "id"])
def test_hostile_names_stay_text(language: str) -> None:
    html = report_html(with_rules(make_study(hostile=True)), language)  # type: ignore[arg-type]
    assert "<img src=x" not in html and "alert(2)</script>" not in html
    assert "{{7*7}}" in text_of(html)  # as it was given, not as 49


def test_a_study_keeps_its_rules_through_json() -> None:
    rules = with_rules(make_study()).plain_rules
    assert msgspec.json.decode(msgspec.json.encode(rules), type=PlainRules) == rules


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.stdout


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explained")
    write_planted(folder / "planted.parquet", customers=1_500)
    analysis = rg.study(rg.read(folder / "planted.parquet"))
    analysis.save(folder / "toko")
    analysis.close()
    return folder / "toko"


def test_explain_as_json_as_sql_and_in_words(shop: Path) -> None:
    told = json.loads(run("explain", "--shop", str(shop), "--json")[1])
    assert told["learned_on"] + told["held_out"] == 1_500 and len(told["trees"]) == 2
    rule = next(rule for rule in told["rules"] if rule["sql"])
    file = next(shop.glob("studies/*/customers.parquet"))
    found = duckdb.sql(rule["sql"].replace("'customers.parquet'", f"'{file}'")).fetchall()
    assert len(found) == rule["found"] >= rule["hits"] > 0
    code, sql = run("explain", "--shop", str(shop), "--segment", rule["label"].upper(), "--sql")
    assert code == 0 and sql == f"-- {rule['label']}: {rule['text']}\n{rule['sql']};\n"
    cluster = run("explain", "--shop", str(shop), "--cluster", "1", "--lang", "id")[1]
    assert cluster.startswith("Klaster 1\n") and "tepat" in cluster


def test_an_unknown_group_names_the_known_ones(shop: Path) -> None:
    with pytest.raises(rg.errors.UsageError, match=r"no group Champignons\..*Champions"):
        CliRunner().invoke(app, ["explain", "--shop", str(shop), "--segment", "Champignons"], catch_exceptions=False)


def test_a_study_of_an_older_version_has_no_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regulars.shop.Shop.load", lambda *_: make_study())
    with pytest.raises(rg.errors.UsageError, match="no plain rules"):
        CliRunner().invoke(app, ["explain", "--shop", str(tmp_path)], catch_exceptions=False)
