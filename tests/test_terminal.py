"""What the terminal says of an input and of a study, in both languages."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import regulars as rg
from regulars.locale import LANGUAGES, Language, Message, words
from regulars.pages.reading import cell_text, dates_text
from regulars.sources.dates import SHORT_ISO
from regulars.sources.inspect import inspect
from regulars.sources.layout import DateFormat
from regulars.terminal import show_inspection, show_study
from regulars.value.models import Value
from report.make_study import make_study


@pytest.mark.parametrize(
    ("form", "english", "indonesian"),
    [
        (DateFormat("ordered_at", "pattern", ("%d/%m/%Y",)), "day/month/year, such as 31/12/2025",
         "hari/bulan/tahun, misalnya 31/12/2025"),
        (DateFormat("ordered_at", "pattern", ("%m/%d/%y %H:%M", "%m/%d/%y")), "month/day/year, such as 12/31/25",
         "bulan/hari/tahun, misalnya 12/31/25"),
        (DateFormat("ordered_at", "pattern", ("%d %b %Y", "%d.%m.%Y %I:%M %p")),
         "day month year, such as 31 Dec 2025; day.month.year, such as 31.12.2025",
         "hari bulan tahun, misalnya 31 Dec 2025; hari.bulan.tahun, misalnya 31.12.2025"),
        (DateFormat("ordered_at", "iso", (SHORT_ISO,)), "year-month-day, such as 2025-12-31",
         "tahun-bulan-hari, misalnya 2025-12-31"),
        (DateFormat("ordered_at", "iso", ("%Y-%m-%dT%H:%M:%S%z",)), "year-month-day, such as 2025-12-31",
         "tahun-bulan-hari, misalnya 2025-12-31"),
        (DateFormat("ordered_at", "yyyymmdd", ("%Y%m%d",)), "year month day, such as 20251231",
         "tahun bulan hari, misalnya 20251231"),
        (DateFormat("ordered_at", "unix", ("s",)), "seconds or milliseconds since 1970",
         "detik atau milidetik sejak 1970"),
        (DateFormat("ordered_at", "native"), "real dates, no text", "tanggal asli, bukan teks"),
    ],
)  # fmt: skip
def test_dates_are_told_in_words_with_an_example(form: DateFormat, english: str, indonesian: str) -> None:
    assert [dates_text(form, words(language)) for language in LANGUAGES] == [english, indonesian]


@pytest.mark.parametrize(
    ("column", "text", "english", "indonesian"),
    [
        ("quantity", "1200.000", "1,200", "1.200"),
        ("unit_price", "1234.5000", "1,234.5", "1.234,5"),
        ("amount", "-0.2500", "-0.25", "-0,25"),
        ("quantity", "0.000", "0", "0"),
        ("ordered_at", "2025-12-31 14:30:00", "31 Dec 2025, 14:30", "31 Des 2025, 14:30"),
        ("ordered_at", "2025-12-31 00:00:00", "31 Dec 2025", "31 Des 2025"),
        ("customer_id", "1234.5000", "1234.5000", "1234.5000"),
        ("customer_id", None, "", ""),
    ],
)
def test_the_first_rows_are_written_by_locale(column: str, text: str | None, english: str, indonesian: str) -> None:
    assert [cell_text(column, text, words(language)) for language in LANGUAGES] == [english, indonesian]


@pytest.mark.parametrize(("language", "known"), [("en", "Layout: general."), ("id", "Tata letak: umum.")])
def test_an_inspection_speaks_the_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: Language, known: str
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer,order date,price\nana,31/12/2024,1234.50\nben,13/01/2025,20\n")
    show_inspection(inspect(str(path)), words(language))
    told = capsys.readouterr().out
    assert known in told
    assert "31/12/2025" in told
    assert not re.search("%[A-Za-z]", told), "no pattern of a date"


@pytest.mark.parametrize(
    ("language", "last"),
    [
        ("en", 'Customer list: regulars export customers.xlsx --shop "my shop"'),
        ("id", 'Daftar pelanggan: regulars export pelanggan.xlsx --shop "my shop"'),
    ],
)
def test_a_run_ends_with_how_to_get_the_customers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: Language, last: str
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer,order date,price\n" + "".join(f"c{n},2024-01-{n:02d},{n}.5\n" for n in range(1, 29)))
    study = rg.study(rg.read(str(path)))
    shown = replace(study.result, settings=replace(study.result.settings, language=language))
    show_study(shown, Path("my shop/studies/2024-01-29/report.html"))
    *_, report, command = capsys.readouterr().out.splitlines()
    assert report.endswith("my shop/studies/2024-01-29/report.html")
    assert command == last
    study.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_amounts_no_column_of_sales_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: Language
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer,order date\n" + "".join(f"c{n % 9},2024-01-{n:02d}\n" for n in range(1, 29)))
    study = rg.study(rg.read(str(path)))
    shown = replace(study.result, settings=replace(study.result.settings, language=language))
    show_study(shown, Path("toko/studies/2024-01-29/report.html"))
    told, say = capsys.readouterr().out, words(language)
    assert say("cli.segments.share") in told and say("cli.segments.sales_share") not in told
    assert say("cli.assumed", what="").strip() in told
    study.close()


def test_what_is_still_to_come_is_said_with_how_far_to_trust_it(capsys: pytest.CaptureFixture[str]) -> None:
    value = Value(364, 0.1, None, 900, 400, "trust", Message("common.unknown"), 0.12, "nbd", (), None, None, 500.0,
                  400.0, 600.0, 7_019_136.0, 6e6, 5e6, 7e6, None, "expected", 32.0, 817, 2_029_339.0, (),
                  None, None, ())  # fmt: skip
    study = replace(make_study(), value=value)
    show_study(study, Path("toko/studies/2024-01-29/report.html"))
    told = " ".join(capsys.readouterr().out.split())
    assert "Expected within 364 days: £7,019,136, after returns. Trust it to ± 12 %." in told
    assert "817 regular customers are late" in told
    show_study(replace(study, value=replace(value, verdict="do_not_use")), Path("toko/studies/2024-01-29/report.html"))
    assert "7,019,136" not in capsys.readouterr().out
