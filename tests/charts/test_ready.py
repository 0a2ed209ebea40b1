"""What charts.js makes of an option for the width at hand, run in V8 without a page."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from regulars.charts.kit import Bars, heat_map, legend, lying_bars, standing_bars
from regulars.charts.palette import PALETTES
from regulars.charts.temporal import came_back
from regulars.locale import words
from regulars.report import chart_setup, static
from regulars.segments.temporal import GroupLater, Held

mini_racer = pytest.importorskip("py_mini_racer", reason="the export extra is not installed")
Ready = Callable[[dict[str, Any], int], dict[str, Any]]


@pytest.fixture(scope="module")
def ready() -> Ready:
    engine = mini_racer.MiniRacer()
    engine.eval("var globalThis = this; " + static("charts.js"))
    setup = json.dumps(chart_setup(words("en", "GBP")))

    def call(option: dict[str, Any], width: int) -> dict[str, Any]:
        text = f"JSON.stringify(regulars.ready({json.dumps(option)}, {setup}, 'light', {width}))"
        return json.loads(str(engine.eval(text)))

    return call


def named(names: list[str]) -> dict[str, Any]:
    return standing_bars(["x"], [Bars(name, [1.0], ["tip"]) for name in names], "number")


def test_a_legend_takes_more_lines_where_one_is_too_narrow_and_the_plot_makes_room(ready: Ready) -> None:
    option = named(["Prediction strength", "Least stable group", "Agreement of seeds"])
    wide, narrow = ready(option, 900), ready(option, 320)
    assert wide["legend"]["type"] == "scroll" and wide["grid"]["top"] == option["grid"]["top"]
    assert narrow["legend"]["type"] == "plain" and narrow["grid"]["top"] == option["grid"]["top"] + 22


def test_very_many_names_are_leafed_through(ready: Ready) -> None:
    option = named([f"A rather long name, number {i}" for i in range(12)])
    assert ready(option, 320)["legend"]["type"] == "scroll"


def test_words_that_would_break_stand_aslant(ready: Ready) -> None:
    option = heat_map(["Champions", "Potential Loyalists", "Hibernating"] * 2, ["a"], [(0, 0, 1.0, "", "")], "decimal")
    option["xAxis"]["axisLabel"] = {"width": 90, "overflow": "break"}
    assert "rotate" not in ready(option, 1200)["xAxis"]["axisLabel"]
    assert ready(option, 330)["xAxis"]["axisLabel"]["rotate"] == 50


def test_a_long_word_stands_on_two_lines_where_a_column_is_wide(ready: Ready) -> None:
    option = heat_map(["x" * 40, "Loyal"], ["a"], [(0, 0, 1.0, "", "")], "decimal")
    option["xAxis"]["axisLabel"] = {"width": 90, "overflow": "break"}
    assert "rotate" not in ready(option, 900)["xAxis"]["axisLabel"]


def test_a_name_stays_within_its_cell(ready: Ready) -> None:
    cells = [(x, 0, 1.0, "", "A name of a segment that is far longer") for x in range(5)]
    label = ready(heat_map([f"F {x}" for x in range(5)], ["R 1"], cells, "cell"), 900)["series"][0]["label"]
    assert label["overflow"] == "truncate" and label["width"] < 900 / 5


def test_only_the_names_of_a_network_take_the_sides_of_a_phone(ready: Ready) -> None:
    group = GroupLater("Loyal", 40, 1.0, 1.0, None, 20, 0.5, 0.4, 0.6, None, None, None)
    held = Held("segment", (group,), 0.0, 0.3, None, "holds")
    plot = ready(came_back(held, ["Loyal"], 90, words("en")).option, 330)["grid"]
    assert (plot["left"], plot["right"]) == (4, 72)


@pytest.mark.parametrize(("form", "values", "texts"), [
    ("money", [240.0, 74.4, 47.52], ["£240", "£74", "£48"]),
    ("money", [74.4, 12.0, 0.5], ["£74.40", "£12.00", "£0.50"]),
    ("money", [240.0, 0.45], ["£240", "£0.45"]), ("money", [12.0, 5.0], ["£12", "£5"]),
    ("money", [27_700.0, 13_000.0, 7185.0], ["£27.7K", "£13.0K", "£7,185"]),
    ("number", [7.0, 6.5], ["7.0", "6.5"]), ("number", [124.0, 14.5, 6.0], ["124", "14.5", "6.0"]),
    ("number", [7.0, 6.0], ["7", "6"]),
])  # fmt: skip
def test_figures_below_each_other_have_equally_many_decimals(form: str, values: list[float], texts: list[str]) -> None:
    engine = mini_racer.MiniRacer()
    engine.eval("var globalThis = this; " + static("charts.js"))
    option = lying_bars([*"abc"[: len(values)]], [Bars("b", values, ["tip"] * len(values))], form)
    setup = json.dumps(chart_setup(words("en", "GBP")))
    engine.eval(f"var write = regulars.ready({json.dumps(option)}, {setup}, 'light', 900).series[0].label.formatter")
    assert [engine.eval(f"write({value})") for value in values] == texts


def test_a_chart_grows_with_the_text_of_a_large_screen() -> None:
    engine = mini_racer.MiniRacer()
    engine.eval("var globalThis = this; " + static("charts.js"))
    setup, palette = json.dumps(chart_setup(words("en", "GBP"))), json.dumps(PALETTES["dark"])
    option = json.dumps(lying_bars(["Loyal", "New"], [Bars(name, [1.0, 2.0], ["a", "b"]) for name in "xy"], "money"))
    desk, large = (json.loads(str(engine.eval(f"JSON.stringify(regulars.ready({option}, {setup}, 'light', {of}))")))
                   for of in ("900", "1440, 1.6"))  # fmt: skip
    assert large["grid"]["right"] == 1.6 * desk["grid"]["right"] and large["grid"]["containLabel"]
    assert [bar["data"] for bar in large["series"]] == [bar["data"] for bar in desk["series"]]
    assert large["yAxis"]["axisLabel"]["width"] == pytest.approx(1.6 * desk["yAxis"]["axisLabel"]["width"])
    theme = json.loads(str(engine.eval(f"JSON.stringify(regulars.theme({palette}, 1.5))")))
    assert theme["legend"]["textStyle"]["fontSize"] == theme["logAxis"]["axisLabel"]["fontSize"] == 18
    assert theme["logAxis"]["splitLine"] == theme["valueAxis"]["splitLine"]  # no white lines in the dark


def test_figures_stand_in_cells_only_where_they_fit(ready: Ready) -> None:
    cells = [(x, 0, 1.0, "", "") for x in range(8)]
    option = heat_map([f"c{x}" for x in range(8)], ["a row of some length"], cells, "percent")
    shown = [ready(option, width)["series"][0]["label"] for width in (900, 430, 300)]
    assert [label["show"] for label in shown] == [True, True, False]
    assert "fontSize" not in shown[0] and shown[1]["fontSize"] < 12


def test_a_long_name_stands_on_two_lines_before_it_is_cut() -> None:
    engine = mini_racer.MiniRacer()
    engine.eval("var globalThis = this; " + static("charts.js"))
    setup = json.dumps(chart_setup(words("id", "IDR")))

    def shown(name: str, width: int) -> str:
        option = json.dumps(lying_bars([name], [Bars("b", [1.0], ["tip"])], "number"))
        made = f"regulars.ready({option}, {setup}, 'light', {width}).yAxis.axisLabel"
        return str(engine.eval(f"{made}.formatter({json.dumps(name)})"))

    assert shown("Jangan Sampai Lepas", 900) == "Jangan Sampai Lepas"
    assert shown("Jangan Sampai Lepas", 280) == "Jangan Sampai\nLepas"
    assert shown("Coffee from the highlands of Gayo, 250 g", 700) == "Coffee from the highlands of Gayo, 250 g"
    assert shown("x" * 60, 280).count("\n") == 1 and shown("x" * 60, 280).endswith("…")


def test_short_names_leave_their_room_to_the_bars(ready: Ready) -> None:
    names = ["18102", "14646"]
    widths = [ready(lying_bars(some, [Bars("b", [1.0, 2.0], ["", ""])], "money"), 900)["yAxis"]["axisLabel"]["width"]
              for some in (names, [*names[1:], "x" * 80])]  # fmt: skip
    assert 30 < widths[0] < 60 < widths[1]


def test_a_share_beside_others_has_its_decimal() -> None:
    engine = mini_racer.MiniRacer()
    engine.eval("var globalThis = this; " + static("charts.js"))
    setup = json.dumps(chart_setup(words("en", "GBP")))

    def write(name: str, value: float) -> str:
        return str(engine.eval(f"regulars.ready({{made: {{$fn: '{name}'}}}}, {setup}, 'light', 900).made({value})"))

    assert [write("percent_exact", share)[:4] for share in (0.14, 0.527)] == ["14.0", "52.7"]
    assert [write("times", rate) for rate in (6, 5.56, 41.65)] == ["6.0", "5.6", "42"]


def test_cells_of_a_wide_triangle_keep_their_figures_on_a_phone(ready: Ready) -> None:
    option = heat_map([str(x) for x in range(12)], ["Jan 2025 · 40"], [(0, 0, 0.34, "", "")], "percent_wide")
    option["series"][0]["label"]["bare"] = True
    label = ready(option, 340)["series"][0]["label"]
    assert label["show"] is True and label["fontSize"] == 9


def test_ten_segments_are_all_in_the_legend_of_a_small_chart(ready: Ready) -> None:
    names = ["Pelanggan Juara", "Setia", "Calon Setia", "Baru", "Menjanjikan", "Butuh Perhatian", "Mulai Pasif",
             "Berisiko Hilang", "Jangan Sampai Lepas", "Hibernasi"]  # fmt: skip
    assert ready(named(names), 340)["legend"]["type"] == "plain"


def test_a_chart_without_a_grid_keeps_its_legend(ready: Ready) -> None:
    assert ready({"legend": legend(["a" * 30, "b" * 30])}, 200)["legend"]["type"] == "scroll"


def test_the_boxes_of_a_tree_leave_room_for_its_lines(ready: Ready) -> None:
    node: dict[str, Any] = {"name": "a leaf"}
    for _ in range(3):
        node = {"name": "a question?", "children": [node, {"name": "a leaf"}]}
    option = {"series": [{"type": "tree", "data": [node], "left": 44, "right": 44, "label": {"width": 74}}]}
    wide, narrow = (ready(option, width)["series"][0] for width in (900, 340))
    assert (wide["label"]["width"], wide["left"]) == (74, 44)
    column = (340 - narrow["left"] - narrow["right"]) / 3
    assert column - narrow["label"]["width"] - 6 >= 16, "a box with its padding, and a line that can be seen"
