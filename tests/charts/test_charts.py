"""Charts hold the study's figures: checked against small tables by hand."""

from dataclasses import replace

import pytest

from regulars.charts import Chart
from regulars.charts.accounts import waterfall
from regulars.charts.business import countries, newcomers, overview_charts, repeat, slots
from regulars.charts.evidence import elbow, silhouette
from regulars.charts.groups import (
    bin_names,
    distribution,
    in_rows,
    means,
    money_bars,
    pca_map,
    round_marks,
    score_map,
    snake,
)
from regulars.features.distributions import Distribution
from regulars.locale import Words, words
from regulars.overview.models import Repeat, Slot
from regulars.quality import Reconciliation, SetAside
from report.make_study import make_study, one_customer

SAY = words("en", "GBP")
STUDY = make_study()


def values(series: dict) -> list:
    return [datum["value"] if isinstance(datum, dict) else datum for datum in series["data"]]


def test_the_waterfall_steps_down_from_what_was_read_to_the_sales() -> None:
    found = Reconciliation(10, 4, 1, (SetAside("duplicate", 2, 0.0), SetAside("no_customer", 3, 0.0)), 1.0, 1.0, 0.0)
    hidden, shown = (values(series) for series in waterfall(found, SAY).option["series"])
    assert hidden == [0, 7, 5, 4, 0]
    assert shown == [10, 3, 2, 1, 4]
    tops = [low + part for low, part in zip(hidden, shown, strict=True)]
    assert tops[1:4] == [10, 7, 5]


def test_sales_stand_beside_orders_by_weekday_and_hour() -> None:
    seen = STUDY.overview
    assert seen
    timed = (Slot(1, 9, 2, 30.0), Slot(1, 11, 1, 99.5), Slot(7, 9, 4, -5.0))
    both = overview_charts(replace(seen, slots=timed), SAY)["week"]
    assert [chart.key for chart in both] == ["slots", "slots_sales"]
    assert [chart.table.rows[0] for chart in both] == [("Monday", "2", "0", "1"), ("Monday", "£30.00", "£0", "£99.50")]
    assert [cell["value"] for cell in both[1].option["series"][0]["data"]][-3:] == [
        [0, 6, 0.0],
        [1, 6, 0.0],
        [2, 6, 0.0],
    ]
    assert both[1].table.rows[6][1] == "-£5.00"
    days = overview_charts(replace(seen, slots=(Slot(1, None, 2, 30.0), Slot(7, None, 4, 90.0))), SAY)["week"]
    assert [chart.key for chart in days] == ["weekdays", "weekdays_sales"]
    assert days[1].table.rows[6] == ("Sunday", "£90.00", "75.0\N{NO-BREAK SPACE}%")
    unpaid = overview_charts(replace(seen, slots=timed, sales=None), SAY)["week"]
    assert [chart.key for chart in unpaid] == ["slots"]


def test_an_axis_of_counts_has_no_parts_of_a_customer() -> None:
    """In a shop of twelve, axes named .3 and .6 of a customer."""
    seen, clusters = STUDY.overview, STUDY.clusters
    assert seen
    counts = [newcomers(seen, SAY), slots(replace(seen, slots=(Slot(1, None, 1, 0.0), Slot(2, None, 2, 0.0))), SAY),
              *(distribution(found, SAY) for found in STUDY.distributions)]  # fmt: skip
    assert all(chart and chart.option["yAxis"]["minInterval"] == 1 for chart in counts)
    inertia = elbow(clusters, SAY)
    assert inertia and "minInterval" not in inertia.option["yAxis"]


def test_the_band_is_two_standard_deviations_around_the_null() -> None:
    chart = silhouette(STUDY.clusters, SAY)
    assert chart
    floor, width, mean, real = (values(series) for series in chart.option["series"])
    for i, row in enumerate(STUDY.clusters.evidence):
        assert abs(floor[i] + width[i] / 2 - mean[i]) < 1e-3
        assert abs(width[i] - 4 * row.null_spread) < 1e-3
        assert real[i] == round(row.silhouette, 4)
    assert chart.option["series"][3]["markPoint"]["data"][0]["coord"] == [2, real[2]]


def test_nothing_is_marked_where_nothing_is_recommended() -> None:
    chart = silhouette(make_study(sure=False).clusters, SAY)
    assert chart and "markPoint" not in chart.option["series"][-1]
    bare = replace(
        STUDY.clusters, evidence=tuple(replace(row, null_silhouette=None) for row in STUDY.clusters.evidence)
    )
    without = silhouette(bare, SAY)
    assert without and len(without.option["series"]) == 1
    assert silhouette(one_customer().clusters, SAY) is None and elbow(one_customer().clusters, SAY) is None


def test_countries_are_shown_again_without_the_largest() -> None:
    every, rest = countries(STUDY.overview, SAY)
    names = [country.name for country in STUDY.overview.countries]
    assert every.option["yAxis"]["data"] == names and rest.option["yAxis"]["data"] == names[1:]
    assert values(every.option["series"][0])[1:] == values(rest.option["series"][0])
    two = replace(STUDY.overview, countries=STUDY.overview.countries[:2])
    assert len(countries(two, SAY)) == 1


def test_without_amounts_the_charts_count_lines_and_orders() -> None:
    bare = make_study(amounts=False).overview
    charts = overview_charts(bare, SAY)
    assert charts["months"][0].title == "Orders by month"
    assert values(charts["months"][0].option["series"][0]) == [month.orders for month in bare.months]
    assert charts["countries"][0].title == "Order lines by country"
    assert charts["categories"][0].title == "Order lines by category"


def test_a_period_covered_in_part_is_pale_and_marked() -> None:
    months = overview_charts(STUDY.overview, SAY)["months"][0]
    assert months.option["xAxis"]["data"][0] == "Nov 2022 *"
    assert [datum.get("itemStyle") for datum in months.option["series"][0]["data"]][:2] == [{"opacity": 0.4}, None]


def test_every_hour_between_the_first_and_the_last_has_a_cell() -> None:
    chart = slots(STUDY.overview, SAY)
    assert chart
    assert chart.option["xAxis"]["data"] == [f"{hour:02d}" for hour in range(7, 21)]
    assert len(chart.option["series"][0]["data"]) == 7 * 14
    assert sum(datum["value"][2] for datum in chart.option["series"][0]["data"]) == sum(
        slot.orders for slot in STUDY.overview.slots
    )
    days = slots(one_customer().overview, SAY)
    assert days and values(days.option["series"][0]) == [0, 1, 0, 0, 0, 0, 0]


def test_the_score_map_has_the_best_top_right_and_names_its_segments() -> None:
    chart = score_map(STUDY.score_cells, STUDY.scheme, STUDY.customers, SAY)
    assert chart
    cells = {tuple(datum["value"][:2]): datum for datum in chart.option["series"][0]["data"]}
    assert len(cells) == 25 and chart.option["yAxis"]["inverse"]
    assert cells[4, 0]["name"] == "Champions" and cells[4, 0]["tip"].startswith("R 5, F 5: Champions")
    assert cells[0, 4]["value"][2] == next(c.customers for c in STUDY.score_cells if (c.r, c.f) == (1, 1))


def test_cluster_charts_show_each_cluster_in_its_own_colour() -> None:
    names = ["a", "b", "c", "d"]
    drawn, lines = pca_map(STUDY.clusters, names, SAY), snake(STUDY.clusters, names, SAY)
    assert drawn and lines
    assert sum(len(series["data"]) for series in drawn.option["series"]) == 600
    bars = means(STUDY.cluster_profiles, names, SAY, with_money=True)[0].option["series"][0]["data"]
    assert [bar["itemStyle"]["color"] for bar in bars] == [series["color"] for series in lines.option["series"]]
    assert pca_map(one_customer().clusters, ["a"], SAY) is None and snake(one_customer().clusters, ["a"], SAY) is None


def test_a_distribution_counts_everybody_once() -> None:
    chart = distribution(Distribution("monetary", (0.0, 10.0, 20.0), (3, 1), open_ended=False), SAY)
    assert chart and chart.table.rows == (
        ("£0 – £10", "3", "75.0\N{NO-BREAK SPACE}%"),
        ("£10 – £20", "1", "25.0\N{NO-BREAK SPACE}%"),
    )
    assert distribution(Distribution("orders", (0.0, 1.0), (0,)), SAY) is None


def test_bins_of_whole_numbers_do_not_overlap_and_the_last_is_open() -> None:
    singles = Distribution("orders", (1.0, 2.0, 3.0, 4.0), (9, 3, 1))
    assert bin_names(singles, SAY) == ["1", "2", "3 or more"]
    assert bin_names(singles, words("id")) == ["1", "2", "3 atau lebih"]
    fives = Distribution("recency_days", (1.0, 6.0, 11.0, 16.0), (9, 3, 1), open_ended=False)
    assert bin_names(fives, SAY) == ["1 – 5", "6 – 10", "11 – 15"]


def test_the_bars_of_segments_do_not_speak_of_clusters() -> None:
    groups = [group for group in STUDY.segments if group.customers]
    notes = [chart.note for chart in money_bars(groups, [group.name for group in groups], SAY)]
    assert notes[0].startswith("Customers per segment;") and notes[1].startswith("Net sales per segment;")
    groups = list(STUDY.cluster_profiles)
    assert money_bars(groups, [group.name for group in groups], SAY)[0].note.startswith("Customers per cluster;")


def test_a_last_bar_that_holds_the_rest_is_explained_and_amounts_have_room() -> None:
    edges = tuple(2e5 * i for i in range(32))
    chart = distribution(Distribution("monetary", edges, (5,) * 31), words("en", "IDR"))
    assert chart and chart.note.endswith("The last bar holds everybody else: Rp\N{NO-BREAK SPACE}6,000,000 or more.")
    assert len([mark for mark in chart.option["xAxis"]["data"] if mark]) <= 4
    whole = distribution(Distribution("monetary", edges, (5,) * 31, open_ended=False), SAY)
    assert whole and "last bar" not in whole.note


def test_an_axis_names_round_values() -> None:
    spent = tuple(-2000.0 + 1000 * i for i in range(29))
    marks = round_marks(spent)
    assert [(i, mark) for i, mark in enumerate(marks) if mark] == [(2, "0"), (12, "10000"), (22, "20000")]
    assert len(marks) == len(spent) - 1


def test_small_charts_fill_their_rows() -> None:
    chart = distribution(Distribution("orders", (0.0, 1.0), (5,)), SAY)
    assert chart
    widths = {n: {one.width for one in in_rows([chart] * n)} for n in (1, 2, 3, 4, 6)}
    assert widths == {1: {"full"}, 2: {"half"}, 3: {"third"}, 4: {"half"}, 6: {"third"}}


def test_amounts_of_one_chart_share_their_decimals_and_a_missing_currency_is_said() -> None:
    def spent(amounts: tuple[float, ...], say: Words) -> Chart:
        groups = STUDY.segments[: len(amounts)]
        profiles = [replace(p, mean=replace(p.mean, monetary=m)) for p, m in zip(groups, amounts, strict=True)]
        return means(profiles, [p.name for p in profiles], say, with_money=True)[-1]

    large = spent((339.08, 79.94, 28.2), SAY)
    assert [bar["value"] for bar in large.option["series"][0]["data"]] == [339, 80, 28]
    assert [row[1] for row in large.table.rows] == ["£339", "£80", "£28"]
    small = spent((79.94, 28.2, 9.0), SAY)
    assert [row[1] for row in small.table.rows] == ["£79.94", "£28.20", "£9.00"]
    assert "currency" not in large.note and "name no currency" in spent((9.0,), words("en")).note


def test_who_returned_all_is_a_bar_of_its_own() -> None:
    overview = replace(make_study().overview, customers=200)
    for none_left, heads in (
        (0, ["Bought again", "Bought once"]),
        (20, ["Bought again", "Bought once", "Returned all"]),
    ):
        found = Repeat(60, 0.3, 0.75, 10.0, 1.5, none_left, -0.05 if none_left else 0.0)
        chart = repeat(replace(overview, repeat=found), words("en"))
        assert chart and chart.table
        assert list(chart.table.headers[1:]) == heads == [series["name"] for series in chart.option["series"]]
    assert [pytest.approx(values(series)) for series in chart.option["series"]] == [[0.3, 0.75], [0.6, 0.3], [0.1, 0.0]]
    assert chart.table.rows[1][1:] == tuple(words("en").percent(share) for share in (0.75, 0.3, -0.05))
