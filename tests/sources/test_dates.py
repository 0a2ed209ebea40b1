# ruff: noqa: DTZ001, DTZ007  (times of a shop stand without a zone)
"""Dates: whatever convention a column is written in, the whole column is read back from it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine import DuckEngine
from regulars.settings import Settings
from regulars.sources import read
from regulars.sources.dates import date_sql, fixed, more_plausible, shape_of, written

FORMS = [
    "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d %H:%M",
    "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%d.%m.%Y", "%d-%m-%Y %H:%M",
    "%d/%m/%y", "%m/%d/%y %H:%M", "%d-%b-%y", "%d %b %Y", "%d %B %Y %H:%M", "%B %d, %Y", "%b %d, %Y %I:%M:%S %p",
    "%Y%m%d", "%Y%m%d%H%M%S", "%a, %d %b %Y %H:%M:%S +0000",
]  # fmt: skip
DAYS = st.datetimes(datetime(1971, 1, 1), datetime(2068, 12, 31)).map(lambda at: at.replace(microsecond=0))


def read_cells(cells: list[str], day_first: bool | None = None) -> list[datetime | None]:
    found = written(cells)
    assert found is not None
    order = day_first if day_first is not None else found.first > 12
    with DuckEngine() as engine:
        engine.put("cells", {"i": "INTEGER", "cell": "VARCHAR"}, list(enumerate(cells)))
        sql = date_sql("cell", found.kind, fixed(found.patterns, order), None)
        return [row["d"] for row in engine.rows(f"select {sql} as d from cells order by i")]


@settings(deadline=None, max_examples=60)
@given(days=st.lists(DAYS, min_size=1, max_size=20), form=st.sampled_from(FORMS))
def test_every_convention_is_read_back(days: list[datetime], form: str) -> None:
    days = [*days, datetime(2001, 5, 25, 14, 30, 5)]  # a day above 12 settles the order
    cells = [day.strftime(form) for day in days]
    expected = [datetime.strptime(cell, form).replace(tzinfo=None) for cell in cells]
    assert read_cells(cells) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("9 Des 2011", "2011-12-09"), ("1 Mei 2012", "2012-05-01"),
        ("17 Agustus 2011", "2011-08-17"), ("3 Okt 2011", "2011-10-03"),
        ("Senin, 9 Desember 2011", "2011-12-09"), ("9 août 2011", "2011-08-09"), ("5 de enero de 2012", "2012-01-05"),
        ("8/30/2011 9:00", "2011-08-30T09:00"), ("40513.35", "2010-12-01T08:24"), ("40513,5", "2010-12-01T12:00"),
        ("1323421200", "2011-12-09T09:00"),
        ("1323421200000", "2011-12-09T09:00"), ("31.12.2011 10.30", "2011-12-31T10:30"),
        ("2012-01-01 11:13:25 -0500", "2012-01-01T11:13:25"), ("2012-01-01T11:13:25+07:00", "2012-01-01T11:13:25"),
        ("2012-01-01T11:13:25Z", "2012-01-01T11:13:25"), ("1/31/2012 11:13 PM UTC", "2012-01-31T23:13"),
        ("1 Mei 2012 10:00 WIB", "2012-05-01T10:00"),
        ("20111209.0", "2011-12-09"), ("2012-01-01 11:13:25.250", "2012-01-01T11:13:25.250"),
    ],
)  # fmt: skip
def test_one_form(cell: str, expected: str) -> None:
    assert read_cells([cell]) == [datetime.fromisoformat(expected)]


@pytest.mark.parametrize("cell", ["hello", "12", "2012-13", "99/99/9999x", "12:30", "GB-123", "5 foo 2012", ""])
def test_no_date(cell: str) -> None:
    assert shape_of(cell) is None


def test_impossible_days_are_unreadable() -> None:
    assert read_cells(["2012-02-28", "2012-02-30"]) == [datetime(2012, 2, 28), None]
    assert read_cells(["13/08/2016", "31/02/2016", "infinity"])[1:] == [None, None]


def table(path: Path, dates: list[str]) -> Path:
    rows = "".join(f"C{i % 3},{date},{i + 1}.50\n" for i, date in enumerate(dates))
    path.write_text("customer_id,order_date,amount\n" + rows, encoding="utf-8")
    return path


def days_of(path: Path, setting: Settings | None = None) -> tuple[list[str], bool]:
    lines = read(path, setting)
    rows = lines.engine.rows("select cast(ordered_at as date) as d from lines order by line")
    return [str(row["d"]) for row in rows], lines.layout.dates[0].assumed


def test_one_day_above_12_decides_for_the_whole_column(tmp_path: Path) -> None:
    assert days_of(table(tmp_path / "a.csv", ["11/8/2016", "13/8/2016"])) == (["2016-08-11", "2016-08-13"], False)
    assert days_of(table(tmp_path / "b.csv", ["11/8/2016", "11/13/2016"])) == (["2016-11-08", "2016-11-13"], False)


def test_the_deciding_day_may_stand_outside_the_sample(tmp_path: Path) -> None:
    dates = ["01/02/2016"] * 60_000
    dates[2_100] = "13/02/2016"  # between two blocks of the sample
    assert days_of(table(tmp_path / "a.csv", dates))[0][0] == "2016-02-01"


def test_an_open_order_takes_the_plausible_reading_and_says_so(tmp_path: Path) -> None:
    start = datetime(2016, 1, 1)
    consecutive = [(start + timedelta(days=day)).strftime("%m/%d/%Y") for day in range(12)]
    days, assumed = days_of(table(tmp_path / "a.csv", consecutive))
    assert days[-1] == "2016-01-12"
    assert assumed is True
    days, assumed = days_of(table(tmp_path / "a.csv", consecutive), Settings(date_order="day_first"))
    assert (days[-1], assumed) == ("2016-12-01", False)


def test_two_orders_in_one_column_take_the_more_frequent_one_and_count_the_rest(tmp_path: Path) -> None:
    dates = [f"{13 + i}/02/2016" for i in range(10)] + ["02/25/2016"]
    lines = read(table(tmp_path / "a.csv", dates))
    assert [(f.code, f.count) for f in lines.findings] == [("unreadable_dates", 1)]
    assert lines.engine.rows("select count(*) as n from lines where month(ordered_at) = 2")[0]["n"] == 10


def test_morning_and_afternoon_or_dollars_speak_for_the_month_where_nothing_else_does(tmp_path: Path) -> None:
    assert days_of(table(tmp_path / "a.csv", ["02/03/2016 9:00 PM"]))[0] == ["2016-02-03"]
    assert days_of(table(tmp_path / "b.csv", ["02/03/2016 21:00"]))[0] == ["2016-03-02"]


def test_plausibility_is_silent_where_both_readings_are_alike() -> None:
    assert more_plausible([(5, 5, 2016), (6, 6, 2016)]) is None
    assert more_plausible([(1, 2, 2016), (2, 2, 2016), (3, 2, 2016)]) is True
