"""Figures in narrow terminals are neither parted nor cut."""

from io import StringIO

import pytest
from rich.console import Console

from regulars.locale import LANGUAGES, Language, words
from regulars.narrow import sentence, table


def console(width: int, terminal: bool = True) -> Console:
    return Console(file=StringIO(), width=width, force_terminal=terminal, color_system=None, legacy_windows=False)


def told(out: Console) -> str:
    file = out.file
    assert isinstance(file, StringIO)
    return file.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", range(24, 101, 4))
def test_money_stays_on_one_line(language: Language, width: int) -> None:
    for currency in ("IDR", "USD", "EUR", "GBP"):
        say = words(language, currency)
        rows = [
            (f"Group number {n}", say.number(1234 * n), say.money(1_234_567.0 * 10**n), "Write soon") for n in range(5)
        ]
        out = console(width)
        table(out, "What they bring", ("Group", "Customers", "Net sales so far", "Action"), rows, (1, 2))
        assert [row[2] for row in rows if not any(row[2] in line for line in told(out).splitlines())] == []
        assert "…" not in told(out)
        assert all(word in told(out) for word in ("Customers", "Net", "Action"))
        assert max(map(len, told(out).splitlines())) <= max(width, 40)
        assert all(row[0] in " ".join(told(out).split()) for row in rows) or width < 60
        out = console(width)
        sentence(out, f"They brought {rows[4][2]} within 90 days and {rows[3][2]} before that, net of returns.")
        assert all(any(rows[n][2] in line for line in told(out).splitlines()) for n in (3, 4))
        assert max(map(len, told(out).splitlines())) <= max(width, len(rows[4][2]) + 1)


def test_a_wide_terminal_gets_a_table_and_a_narrow_one_a_list() -> None:
    rows = [("Champions", "1,234", "Rp\xa012.345.678"), ("Loyal [x]", "5", "")]
    for width, lines in ((80, 3), (24, 5)):
        out = console(width)
        table(out, None, ("Segment", "Customers", "Net sales"), rows, (1, 2))
        assert len(told(out).splitlines()) == lines
        assert "Loyal [x]" in told(out)


def test_what_a_program_reads_is_not_wrapped() -> None:
    out = console(40, terminal=False)
    sentence(out, "word " * 30)
    assert len(told(out).splitlines()) == 1
