"""The report: self-contained, escaped, the same bytes, in every language, for every shape of a study."""

import hashlib
import html
import json
import re
from dataclasses import asdict
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from regulars.errors import StoreError
from regulars.pages import report_of
from regulars.report import inline_json, policy, report_html, static, write_report
from report.make_study import HOSTILE, make_study, one_customer

SHAPES = {
    "plain": make_study(),
    "indonesian": make_study(language="id", clusters=2),
    "twelve": make_study(12, 9),
    "one segment": make_study(1, 1),
    "one customer": one_customer(),
    "bare": make_study(amounts=False, products=False, sure=False),
    "hostile": make_study(hostile=True),
}
shapes = pytest.mark.parametrize("shape", SHAPES)


class Parts(HTMLParser):
    """What a browser would make of a page: its elements, ids, and the text outside of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._raw = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._raw = tag if tag in {"script", "style"} else ""

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._raw = ""

    def handle_data(self, data: str) -> None:
        if not self._raw:
            self.text.append(data)


@shapes
def test_the_same_study_gives_the_same_bytes(shape: str) -> None:
    assert report_html(SHAPES[shape]) == report_html(SHAPES[shape])


@shapes
def test_nothing_is_loaded_or_run_from_outside(shape: str) -> None:
    parts = Parts(report_html(SHAPES[shape]))
    assert {tag for tag, _ in parts.tags}.isdisjoint({"img", "iframe", "object", "embed", "form", "base", "video"})
    loaded = [attrs for tag, attrs in parts.tags for name in ("src", "srcset", "action", "style") if name in attrs]
    handlers = [name for _, attrs in parts.tags for name in attrs if name.startswith("on")]
    links = {attrs["href"] for _, attrs in parts.tags if "href" in attrs}
    assert not loaded and not handlers
    assert all(link.startswith("#") or link == "data:," for link in links if link)


@shapes
def test_every_id_is_unique_and_every_reference_is_met(shape: str) -> None:
    tags = Parts(report_html(SHAPES[shape])).tags
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    wanted = {attrs[name] for _, attrs in tags for name in ("aria-labelledby", "data-option") if name in attrs}
    wanted |= {str(attrs["href"])[1:] for _, attrs in tags if str(attrs.get("href", "")).startswith("#")}
    assert len(ids) == len(set(ids))
    assert wanted <= set(ids)


@shapes
def test_the_policy_allows_exactly_the_scripts_and_the_style_that_are_there(shape: str) -> None:
    page = report_html(SHAPES[shape])
    meta = next(a["content"] for tag, a in Parts(page).tags if a.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    assert style and len(scripts) == 3
    assert meta == policy(style[1], tuple(scripts))
    assert "unsafe" not in meta and meta.startswith("default-src 'none'")


def test_hostile_names_stand_in_the_page_as_text() -> None:
    parts = Parts(report_html(SHAPES["hostile"]))
    text = " ".join("".join(parts.text).split())
    for name in HOSTILE[:4]:
        assert name in text
    assert not re.search(
        "[\x00-\x08\x0b\x0e-\x1f\x7f\u202a-\u202e]", report_html(SHAPES["hostile"]).split("<style>")[0]
    )
    assert not re.search("[\x00\x07\u202a-\u202e]", text)


def test_charts_hold_no_direction_overrides_and_no_lines_of_their_own() -> None:
    options = json.dumps([chart.option for chart in report_of(SHAPES["hostile"]).charts()], ensure_ascii=False)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x07\u2028\u2029]", options)
    assert max(len(name) for chart in report_of(SHAPES["hostile"]).charts() for name in _axis_names(chart.option)) <= 60


def _axis_names(option: dict) -> list[str]:
    return option.get("yAxis", {}).get("data", [])


def test_json_within_html_can_neither_end_its_element_nor_begin_another() -> None:
    text = inline_json({name: name for name in HOSTILE})
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == {name: name for name in HOSTILE}


@shapes
def test_no_figure_is_missing_in_its_table(shape: str) -> None:
    for chart in report_of(SHAPES[shape]).charts():
        assert chart.table.rows, chart.key
        assert {len(row) for row in chart.table.rows} == {len(chart.table.headers)}, chart.key


def test_the_reconciliation_adds_up_in_its_table() -> None:
    table = report_of(make_study()).quality.reconciliation.table
    lines = [int(row[1].replace(",", "")) for row in table.rows]
    money = [float(row[3].replace(",", "").replace("£", "")) for row in table.rows]
    assert sum(lines) == int(table.foot[1].replace(",", ""))
    assert sum(money) == pytest.approx(float(table.foot[3].replace(",", "").replace("£", "")))


@shapes
def test_both_languages_have_the_same_pages_and_charts(shape: str) -> None:
    english, indonesian = report_of(SHAPES[shape], "en"), report_of(SHAPES[shape], "id")
    assert [chart.key for chart in english.charts()] == [chart.key for chart in indonesian.charts()]
    assert [block.key for block in english.overview.blocks] == [block.key for block in indonesian.overview.blocks]
    assert all(a.title != b.title for a, b in zip(english.charts(), indonesian.charts(), strict=True)
               if a.key not in {"silhouette"})  # fmt: skip
    assert '<html lang="id">' in report_html(SHAPES[shape], "id")


def test_sections_without_data_are_named_in_one_line() -> None:
    blocks = {block.key: block for block in report_of(SHAPES["bare"]).overview.blocks}
    assert {"categories", "products"}.isdisjoint(blocks)
    assert "Categories" in blocks["missing"].empty
    page = html.unescape(report_html(SHAPES["bare"]))
    assert "£" not in page.split('id="setup"')[0].split("</style>")[1]


def test_headings_do_not_skip_a_level() -> None:
    levels = [int(tag[1]) for tag, _ in Parts(report_html(make_study())).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_report_is_small_enough_to_be_mailed() -> None:
    assert len(report_html(SHAPES["twelve"]).encode()) < 2_000_000


def test_a_report_that_cannot_be_written_leaves_the_last_one(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    write_report(one_customer(), target)
    assert target.read_text(encoding="utf-8") == report_html(one_customer())
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(StoreError, match=r"folder\.html"):
        write_report(one_customer(), tmp_path / "folder.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.html", "report.html"]


def test_vendored_files_are_what_was_vendored() -> None:
    folder = files("regulars") / "static" / "vendor"
    listed = dict(line.split()[::-1] for line in static("vendor/checksums").splitlines())
    assert set(listed) == {file.name for file in folder.iterdir()} - {"checksums"}
    for name, checksum in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum


@shapes
def test_a_report_is_its_own_json_body(shape: str) -> None:
    report = report_of(SHAPES[shape])
    assert json.loads(json.dumps(asdict(report), allow_nan=False))["summary"]["shop"] == report.summary.shop
