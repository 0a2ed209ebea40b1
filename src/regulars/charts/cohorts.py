"""Charts of cohorts: the triangle of who bought again when, the cohorts together, and who of each was back soon."""

from collections.abc import Sequence

from regulars.charts import Chart, Option, Table, height_of
from regulars.charts.kit import Cell, color, heat_map, tip
from regulars.charts.retention import DASH, banded, marked, period_name, ranged, units
from regulars.locale import Words
from regulars.retention.models import LEAST, NEEDED, SOON, Cohort, Retention

NARROW = 7  # columns whose labels fit on a phone
_UNSAID: Option = {"visualMap": False, "itemStyle": {"color": color("band")}, "label": {"show": False}}
_PALE: Option = {"itemStyle": {"opacity": 0.45}, "label": {"color": color("ink"), "opacity": 1}}


def triangle(found: Retention, say: Words) -> Chart | None:
    """Who bought again by periods since the first order, a row per cohort; None where nobody has had the time."""
    cohorts = [cohort for cohort in found.cohorts if len(cohort.cells) > 1]
    if not cohorts:
        return None
    cells: list[Cell] = []
    looks: list[Option] = []
    for y, cohort in enumerate(cohorts):
        for age in range(1, len(cohort.cells)):
            share = cohort.rough(age)
            shown = round(share.value, 2) if share else 0.0  # whole percents: the cells are small
            cells.append((age - 1, y, shown, _cell_tip(found, cohort, age, say), ""))
            firm = cohort.share(age) is not None and cohort.cells[age].complete
            looks.append(_UNSAID if share is None else {} if firm else _PALE)
    rows = [f"{marked(cohort, found.by, say)} · {say.number(cohort.customers)}" for cohort in cohorts]
    wide = len(cohorts[0].cells) > NARROW
    names = [str(age) for age in range(1, len(cohorts[0].cells))]
    option = heat_map(names, rows, cells, "percent_wide" if wide else "percent")
    for datum, look in zip(option["series"][0]["data"], looks, strict=True):
        datum |= look
    option["series"][0]["label"]["bare"] = wide  # on a phone without the sign of percent
    option["series"][0]["labelLayout"] = {"hideOverlap": True}
    option["yAxis"]["axisLabel"] = {"fontSize": 11}
    text = units(found.by, say)
    title = say("retention.chart.cohorts", **text)
    note = say("retention.chart.cohorts_note", n=found.customers, cohorts=len(cohorts), needed=NEEDED, least=LEAST,
               **text)  # fmt: skip
    return Chart("retention_cohorts", title, note, option, cohort_table(found, title, say), "full",
                 height_of(len(rows) + 1))  # fmt: skip


def _cell_tip(found: Retention, cohort: Cohort, age: int, say: Words) -> str:
    share, cell = cohort.rough(age), cohort.cells[age]
    if share is None:
        text = say("retention.word.cannot", n=cohort.customers, needed=LEAST)
    else:
        text = ranged(share, say) + ("" if cell.complete else f", {say('retention.word.partial')}")
        text += "" if cohort.share(age) else f", {say('retention.word.rough', n=cohort.customers)}"
    name = f"{period_name(cohort, found.by, say)} + {age}"
    counts = f"{say.number(cell.customers)} / {say.number(cohort.customers)}"
    return tip(name, (say("retention.head.bought"), counts), (say("retention.head.share"), text))


def cohort_table(found: Retention, title: str, say: Words) -> Table:
    """One row per cohort: customers, who was back soon, and the share of each period since."""
    oldest = max(len(cohort.cells) for cohort in found.cohorts)

    def cell(cohort: Cohort, age: int) -> str:
        if age >= len(cohort.cells):
            return ""
        share, rough = cohort.share(age), cohort.rough(age)
        if rough is None:
            return DASH
        return ("" if share else "± ") + say.percent(rough.value, 0) + ("" if cohort.cells[age].complete else "*")

    rows = tuple(
        (marked(cohort, found.by, say), say.number(cohort.customers), ranged(cohort.soon, say),
         *(cell(cohort, age) for age in range(1, oldest)))
        for cohort in found.cohorts
    )  # fmt: skip
    heads = (say("retention.head.cohort"), say("retention.head.customers"), say("retention.head.soon", days=SOON),
             *map(str, range(1, oldest)))  # fmt: skip
    return Table(title, heads, rows, tuple(range(1, len(heads))))


def ages(found: Retention, say: Words) -> Chart | None:
    """The cohorts together, by periods since the first order."""
    if len(found.ages) < 2:
        return None
    text = units(found.by, say)
    title = say("retention.chart.ages", **text)
    heads = (say("retention.head.age", **text), say("retention.head.cohorts"), say("retention.head.customers"), title)
    rows = [(str(a.age), say.number(a.cohorts), say.number(a.share.n), ranged(a.share, say)) for a in found.ages]
    points = [(str(a.age), a.share.value, a.share.low, a.share.high) for a in found.ages]
    option = banded([(title, points, _tips(heads, rows), "c1")], heads[0])
    note = say("retention.chart.ages_note", n=max(a.share.n for a in found.ages), **text)
    return Chart("retention_ages", title, note, option, Table(title, heads, tuple(rows), (0, 1, 2, 3)))


def soon(found: Retention, say: Words) -> Chart | None:
    """Who of each cohort bought again within the same number of days; cohorts that do not compare are left out."""
    shown = [c for c in found.cohorts if c.soon and c.complete and not c.early]
    if len(shown) < 2:
        return None
    text = units(found.by, say)
    title = say("retention.chart.soon", days=SOON)
    heads = (say("retention.head.cohort"), say("retention.head.customers"), title)
    rows = [(period_name(c, found.by, say), say.number(c.soon.n), ranged(c.soon, say)) for c in shown if c.soon]
    points = [(row[0], c.soon.value, c.soon.low, c.soon.high)
              for row, c in zip(rows, shown, strict=True) if c.soon]  # fmt: skip
    option = banded([(title, points, _tips(heads, rows), "c1")], "")
    note = say("retention.chart.soon_note", n=sum(c.soon.n for c in shown if c.soon), days=SOON, **text)
    return Chart("retention_soon", title, note, option, Table(title, heads, tuple(rows), (1, 2)))


def _tips(heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [tip(f"{heads[0]}: {row[0]}", *zip(heads[1:], row[1:], strict=True)) for row in rows]
