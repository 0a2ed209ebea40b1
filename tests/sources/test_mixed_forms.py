"""Days that stand for nothing, numbers written in two ways: said with count, cells and what to do, never silent."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import regulars as rg
from regulars.analysis import Study
from regulars.locale import LANGUAGES, words

Made = Callable[..., Study]
DAYS = {5: "9999-12-31", 9: "1900-01-01", 12: "0000-00-00", 20: "9999-12-31"}


@pytest.fixture
def studied(tmp_path: Path) -> Made:
    """The study of 120 lines of which some have another day, price or quantity."""

    def make(days: dict[int, str] | None = None, prices: Callable[[int], str] = lambda n: f"{10 + n % 7}.50") -> Study:
        rows = ["order_id,customer_id,order_date,product,quantity,unit_price"]
        for n in range(120):
            day = (days or {}).get(n, f"2024-{n % 6 + 1:02}-{n % 28 + 1:02}")
            rows.append(f'{n},c{n % 15},{day},Tea,1,"{prices(n)}"')
        (tmp_path / "orders.csv").write_text("\n".join(rows), encoding="utf-8")
        with closing(rg.study(rg.read(tmp_path / "orders.csv"), k_max=3)) as done:
            return done.result

    return make


def finding(study: Study, code: str) -> tuple[int, int]:
    """How many a finding counts and how many cells it shows; said in both languages, with what to do."""
    found = next((each for each in study.findings if each.code == code), None)
    if found is None:
        return 0, 0
    for language in LANGUAGES:
        say, figures = words(language), {"count": found.count, "of": found.of, "share": found.share}
        assert say(f"findings.{code}.says", **figures, **found.values)
        assert say(f"findings.{code}.fix")
    return found.count, len(found.samples)


@pytest.mark.parametrize("written", ["{2}-{1}-{0}", "{0}/{1}/{2}", "{0}.{1}.{2} 00:00:00"])
def test_days_that_stand_for_nothing_are_set_aside_and_said(studied: Made, written: str) -> None:
    days = {n: f"2024-{n % 6 + 1:02}-{n % 28 + 1:02}" for n in range(120)} | DAYS
    study = studied({n: written.format(*reversed(day.split("-"))) for n, day in days.items()})
    assert finding(study, "impossible_date") == (3, 3)
    assert finding(study, "unreadable_dates") == (1, 1)
    assert study.reconciliation.sales == 116
    assert (str(study.since), str(study.as_of)) == ("2024-01-01", "2024-06-29")
    assert study.net_revenue == sum(10.5 + n % 7 for n in range(120) if n not in DAYS)


def test_half_of_the_days_may_be_placeholders(studied: Made) -> None:
    study = studied(dict.fromkeys(range(0, 120, 2), "1900-01-01"))
    assert finding(study, "impossible_date") == (60, 3)
    assert study.since and study.since.year == 2024


@pytest.mark.parametrize("few", ["1.234,50", "12,50"])
@pytest.mark.parametrize(("every", "note"), [(40, None), (6, "partly"), (2, "partly")])
def test_two_ways_to_write_a_number_are_counted_and_left_out(
    studied: Made, few: str, every: int, note: str | None
) -> None:
    study = studied(prices=lambda n: few if n % every == 1 else f"1,{200 + n}.50")
    count = 120 // every
    assert finding(study, "unreadable_numbers") == (count, min(count, 5))
    assert study.reconciliation.lines("no_amount") == count
    assert study.net_revenue == sum(1200.5 + n for n in range(120) if n % every != 1)
    keys = [message.key for message in study.assumptions if message.key.endswith("_unread")]
    assert keys == ([f"reading.{note}_unread"] if note else [])
    for language in LANGUAGES:
        assert all(message.text(words(language)) for message in study.assumptions)


@pytest.mark.parametrize(("odd", "others"), [("1.234", "1,{}.50"), ("12,500", "2.{},75"), ("Rp 1.234", "{}.25")])
def test_thousands_that_read_as_fractions_are_asked_about(studied: Made, odd: str, others: str) -> None:
    study = studied(prices=lambda n: odd if n < 3 else others.format(200 + n))
    assert finding(study, "odd_thousands") == (3, 3)
    shown = next(each for each in study.findings if each.code == "odd_thousands")
    assert shown.values == {"column": "unit_price", "example": odd}
    assert [sample["line"] for sample in shown.samples] == ["1", "2", "3"]


@pytest.mark.parametrize("prices", [
    lambda n: f"{10 + n % 7}.125" if n % 3 else f"{10 + n % 7}.50",  # many: three decimals are meant
    lambda n: "0.125" if n < 3 else f"{10 + n % 7}.50",  # no thousands begin with 0
    lambda n: "1.500" if n < 3 else f"{2 + n % 7}.500,00",  # the points stand for thousands in all of them
    lambda n: "1,234.505" if n < 3 else f"1,{200 + n}.50",
])  # fmt: skip
def test_three_decimals_that_are_meant_are_not(studied: Made, prices: Callable[[int], str]) -> None:
    assert finding(studied(prices=prices), "odd_thousands") == (0, 0)
