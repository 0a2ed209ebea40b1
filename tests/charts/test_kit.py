"""The parts of charts: names made safe, tips, shares, heat."""

from hypothesis import given
from hypothesis import strategies as st

from regulars.charts import HEIGHTS, height_of
from regulars.charts.kit import Bars, clean, heat_map, lying_bars, short, standing_bars, tip
from regulars.charts.palette import DARK, LIGHT
from regulars.pages.sentences import tame


@given(st.text(max_size=400))
def test_a_name_is_one_line_without_controls_and_never_longer_than_said(name: str) -> None:
    cut = short(name)
    assert len(cut) <= 60
    assert cut == clean(cut)
    assert not set(cut) & set("\n\r\t\x00\x07\u2028\u2029\u202e\u2066")
    assert all(len(line) <= 46 for line in tip(name).split("\n"))


def test_a_short_name_stays_as_it_is() -> None:
    assert short("WHITE HANGING HEART T-LIGHT HOLDER") == "WHITE HANGING HEART T-LIGHT HOLDER"
    assert short("a" * 61) == "a" * 59 + "…"


def test_only_names_from_right_to_left_are_isolated_in_a_sentence() -> None:
    assert tame("Germany") == "Germany"
    assert tame("\u05de\u05e9") == "\u2068\u05de\u05e9\u2069"
    assert tame(12.5) == 12.5 and tame(None) is None


def test_each_bar_has_its_value_its_tip_and_where_asked_its_own_colour_or_paleness() -> None:
    bars = Bars("Sales", [1.0, None], ["a", "b"], colors=["c3", "c4"])
    data = lying_bars(["x", "y"], [bars], "money")["series"][0]["data"]
    assert data == [{"value": 1.0, "tip": "a", "itemStyle": {"color": {"$color": "c3"}}},
                    {"value": None, "tip": "b", "itemStyle": {"color": {"$color": "c4"}}}]  # fmt: skip
    pale = standing_bars(["x"], [Bars("Sales", [1.0], ["a"], faded=frozenset({0}))], "money")["series"][0]["data"]
    assert pale[0]["itemStyle"] == {"opacity": 0.4}


def test_a_label_knows_how_strong_its_cell_is() -> None:
    cells = [(0, 0, 10.0, "much", ""), (1, 0, 1.0, "little", "")]
    data = heat_map(["a", "b"], ["c"], cells, "cell")["series"][0]["data"]
    assert [datum["label"]["color"] for datum in data] == [{"$onheat": 1.0}, {"$onheat": 0.1}]


def test_heights_grow_with_the_bars_up_to_the_highest() -> None:
    heights = [height_of(rows) for rows in range(1, 30)]
    assert heights == sorted(heights) and set(heights) <= set(HEIGHTS)
    assert heights[-1] == HEIGHTS[-1]


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_has_enough_contrast_in_light_and_in_dark() -> None:
    assert LIGHT.keys() == DARK.keys()
    for palette in (LIGHT, DARK):
        for text in ("ink", "muted", "accent", "warn"):
            for ground in ("paper", "card", "sunken"):
                assert _contrast(palette[text], palette[ground]) >= 4.5, (text, ground)
        assert all(_contrast(palette[f"c{i}"], palette["card"]) >= 1.5 for i in range(1, 13))
