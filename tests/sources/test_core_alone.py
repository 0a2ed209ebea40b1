"""Reading needs no pyarrow, pandas or Polars: they weigh more than all of the core."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import xlsxwriter

PROGRAM = """
import sys
for heavy in ("pyarrow", "pandas", "polars", "pytz"):
    sys.modules[heavy] = None
from regulars.sources.open import read_raw
for source in sys.argv[1:]:
    raw = read_raw(source)
    print(raw.rows, *raw.types)
    raw.engine.close()
"""


def test_every_kind_of_source_is_read_by_the_core(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([["id", "price"], ["A1", 2.5], ["A2", 3.5]]):
            sheet.write_row(at, 0, row)
    with sqlite3.connect(tmp_path / "a.db") as base:
        base.execute("create table orders as select 'A1' as id, 2.5 as price")
    base.close()
    (tmp_path / "a.csv").write_text("id,price\nA1,2.5\n")
    paths = [str(tmp_path / name) for name in ("a.xlsx", "a.db", "a.csv")]
    done = subprocess.run([sys.executable, "-c", PROGRAM, *paths], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["2 VARCHAR DOUBLE", "1 VARCHAR VARCHAR", "1 VARCHAR VARCHAR"]
