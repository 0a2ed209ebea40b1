"""Customer tables as they come: kinds, roles, values that cannot be, ids; whatever the file's encoding and signs."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.errors import InputError
from regulars.features.people import people
from regulars.features.people_models import Attribute
from regulars.locale import LANGUAGES, words
from regulars.settings import Settings
from regulars.sources.roles import role_of
from regulars.sources.scales import ordered
from regulars.sources.table import CustomerTable, read_table


def table_of(columns: Mapping[str, Any], **settings: Any) -> CustomerTable:
    return read_table(pandas.DataFrame(columns), Settings(**settings))


def written(path: Path, text: str, encoding: str = "utf-8", **settings: Any) -> CustomerTable:
    path.write_bytes(text.encode(encoding))
    return read_table(path, Settings(**settings))


def column(table: CustomerTable, header: str) -> Attribute:
    return next(a for a in table.attributes if a.header == header)


def values(table: CustomerTable, header: str) -> list[Any]:
    name = column(table, header).name
    return [row[name] for row in table.engine.rows(f"select {name} from people_read order by line")]


def findings(table: CustomerTable) -> dict[str, int]:
    return {found.code: found.count for found in table.findings}


N = 40
IDS = [f"C{i:03}" for i in range(N)]


def test_every_kind_is_told_by_its_values() -> None:
    table = table_of(
        {
            "Customer ID": IDS,
            "Height": [f"{150 + i},5" for i in range(N)],
            "Joined": [f"{1 + i % 28:02}/{1 + i % 12:02}/2023" for i in range(N)],
            "Subscribed": ["yes", "no"] * (N // 2),
            "Colour": ["red", "blue", "green", "red"] * (N // 4),
            "Satisfaction": ["low", "very high", "medium", "high"] * (N // 4),
            "Age group": ["18-24", "25-34", "65+", "35-64"] * (N // 4),
            "Phone": [f"0812{i:07}" for i in range(N)],
            "Note": [f"likes thing {i} very much" for i in range(N)],
        }
    )
    kinds = {a.header: a.kind for a in table.attributes}
    assert kinds == {
        "Height": "number",
        "Joined": "date",
        "Subscribed": "yes_no",
        "Colour": "category",
        "Satisfaction": "ordered",
        "Age group": "ordered",
        "Phone": "id",
        "Note": "text",
    }
    assert column(table, "Colour").levels == ("red", "blue", "green")
    assert column(table, "Satisfaction").levels == ("low", "medium", "high", "very high")
    assert column(table, "Age group").levels == ("18-24", "25-34", "35-64", "65+")
    assert values(table, "Height")[0] == Decimal("150.5000")
    assert values(table, "Subscribed")[:2] == [True, False]
    assert values(table, "Phone")[0] == "08120000000"
    assert column(table, "Joined").role == "joined"
    assert table.as_of == date(2023, 12, 25)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("\ufeffID;Usia;Pekerjaan;Kota\n1;30;Guru;Jakarta\n2;41;Guru;Bandung\n", "utf-8"),
        ("ID,Usia,Pekerjaan,Kota\r\n1,30,Guru,Jakarta\r\n2,41,Guru,Bandung\r\n", "utf-16"),
        ("ID\tUsia\tPekerjaan\tKota\n1\t30\tGuru\tJakarta\n2\t41\tGuru\tBandung\n", "cp1252"),
    ],
)
def test_files_are_read_as_those_of_orders(tmp_path: Path, text: str, encoding: str) -> None:
    table = written(tmp_path / "customers.csv", text, encoding)
    assert (table.rows, table.id_header) == (2, "ID")
    assert [row["customer_id"] for row in table.engine.rows("select * from people_read order by line")] == ["1", "2"]
    assert (column(table, "Usia").role, values(table, "Usia")) == ("age", [30, 41])
    assert column(table, "Pekerjaan").role == "profession"


def test_american_dates_are_settled_by_the_whole_column(tmp_path: Path) -> None:
    rows = "".join(f"{i},{1 + i % 12}/{13 + i % 15}/2020\n" for i in range(30))
    table = written(tmp_path / "c.csv", "id,Date of birth\n" + rows)
    assert values(table, "Date of birth")[0] == date(2020, 1, 13)
    assert table.as_of is None, "a day of birth does not say when the table was made"


def test_a_column_is_a_number_where_19_of_20_cells_are(tmp_path: Path) -> None:
    cells = ["12.5"] * 38 + ["so so", "about ten"]
    table = table_of({"id": IDS, "Amount paid": cells})
    assert (column(table, "Amount paid").kind, column(table, "Amount paid").filled) == ("number", 38)
    assert findings(table)["table_unread_numbers"] == 2
    table = table_of({"id": IDS, "Amount paid": [*cells[2:], "x", "y"]})
    assert column(table, "Amount paid").kind == "category"


def test_letters_beside_digits_keep_a_column_text() -> None:
    table = table_of(
        {
            "Customer ID": IDS,
            "Full Name": [f"Nama {i}" for i in range(N)],
            "Desk": [f"Meja-{i % 4}" for i in range(N)],
            "Block": [f"Blok {i}" for i in range(N)],
            "Weight": [f"{i},5 kg" for i in range(N)],
            "Bag": [f"{i} {'kg' if i % 2 else 'gr'}" for i in range(N)],
            "Spent": [f"Rp {i}.500" for i in range(1, N + 1)],
        }
    )
    assert [a.kind for a in table.attributes] == ["text", "category", "text", "number", "text", "number"]
    assert values(table, "Spent")[0] == 1500


@pytest.mark.parametrize("header", ["Postcode", "ZIP", "Kode Pos", "Phone", "No HP", "Nama"])
def test_digits_of_a_person_are_no_numbers_days_or_categories(header: str) -> None:
    for cells in (
        ["40111", "40222", "00000", "40111"],
        [40111, 40222, 40111, 40333],
        [20230101, 20230102, 1, 0],
        [0, 1] * 2,
    ):
        table = table_of({"Customer ID": IDS, header: cells * (N // 4)})
        assert column(table, header).kind == "text"
        assert "table_not_dates" not in findings(table)
    assert column(table_of({"Customer ID": IDS, header: range(40111, 40111 + N)}), header).kind in {"id", "text"}


def test_what_cannot_be_is_unknown_and_counted() -> None:
    table = table_of(
        {
            "id": IDS,
            "Age": [0, 0, 130, *range(20, 57)],
            "Year_Birth": [1893, 1899, *range(1950, 1988)],
            "Income": [666666, -1, *range(20_000, 20_038)],
            "Dt_Customer": ["2014-06-29"] * N,
        }
    )
    assert findings(table) == {
        "table_impossible_age": 3,
        "table_impossible_birth_year": 2,
        "table_impossible_income": 2,
        "table_constant_columns": 1,
    }
    assert values(table, "Age")[:4] == [None, None, None, 20]
    assert values(table, "Income")[:3] == [None, None, 20_000]
    assert (column(table, "Age").filled, column(table, "Year_Birth").filled) == (37, 38)


def test_placeholders_far_from_all_others_are_said_and_unknown() -> None:
    table = table_of(
        {
            "id": IDS,
            "NPS": [-999 if i % 8 == 0 else i % 11 for i in range(N)],
            "Children": [99 if i % 5 == 0 else i % 4 for i in range(N)],
            "Joined": ["1900-01-01" if i % 8 == 0 else f"2023-0{1 + i % 9}-15" for i in range(N)],
            "Height": ["-1" if i % 9 == 0 else "9999" if i % 9 == 1 else f"{160 + i % 30}" for i in range(N)],
        }
    )
    told = {str(f.values["column"]): (f.count, f.of, f.values["examples"]) for f in table.findings}
    assert told == {
        "NPS": (5, N, "-999"),
        "Children": (8, N, "99"),
        "Joined": (5, N, "1900-01-01"),
        "Height": (10, N, "-1, 9999"),
    }
    assert {f.code for f in table.findings} == {"table_placeholders"}
    assert [column(table, header).filled for header in told] == [35, 32, 35, 30]
    assert values(table, "NPS")[0] is None
    assert values(table, "Joined")[0] is None
    assert table.as_of is not None
    assert column(table, "NPS").possible is not None
    for language in LANGUAGES:
        assert "-999" in words(language)("findings.table_placeholders.says", count=5, of=N, **table.findings[0].values)


def test_words_for_unknown_are_no_level() -> None:
    cells = ["Guru", "unknown", "PNS", "n/a", "Tidak diketahui", "-", "none", "null", "Guru", "UNKNOWN"] * (N // 10)
    table = table_of({"id": IDS, "Job": cells})
    assert (column(table, "Job").levels, column(table, "Job").filled) == (("Guru", "PNS"), 12)
    (said,) = table.findings
    assert (said.code, said.count, said.of) == ("table_said_unknown", 12, N)
    assert said.values["words"] == "unknown, tidak diketahui"


@pytest.mark.parametrize(
    "cells",
    [
        [99 if i % 4 == 0 else 60 + i for i in range(N)],  # a price common among others
        [(0, 99, 100, 47, 88)[i % 5] for i in range(N)],  # a score to 100
        [99 if i % 4 == 0 else i % 80 for i in range(N)],  # no gap to speak of
        [999 if i < 2 else i for i in range(N)],  # far, but too seldom to be a habit
        [-1 if i % 3 == 0 else i % 3 for i in range(N)],  # minus one, nothing, one, two
        [99] * N,
        [99 if i % 2 else 5 for i in range(N)],  # two values: who knows
        ["1970-01-01" if i % 4 == 0 else f"{1950 + i}-05-01" for i in range(N)],  # days of birth
        ["1900-01-01" if i % 4 == 0 else f"{1890 + i}-05-01" for i in range(1, N + 1)],
    ],
)
def test_a_value_among_others_like_it_is_a_fact(cells: list[Any]) -> None:
    table = table_of({"id": IDS, "Something": cells})
    assert "table_placeholders" not in findings(table)


@settings(deadline=None, max_examples=25)
@given(
    rest=st.lists(st.integers(0, 100), min_size=10, max_size=40, unique=True),
    value=st.sampled_from([-999, 999, 99, 9999, 777]),
    times=st.integers(1, 6),
)
def test_only_what_repeats_beyond_a_gap_is_a_placeholder(rest: list[int], value: int, times: int) -> None:
    cells = [*rest, *[value] * times]
    others = [cell for cell in rest if cell not in {99}]
    gap = max(min(others) - value, value - max(others))
    expected = times + rest.count(value) if gap > 2 * (max(others) - min(others)) else 0
    found = findings(table_of({"id": [f"C{i}" for i in range(len(cells))], "Something": cells}))
    assert found.get("table_placeholders", 0) == (expected if expected >= 3 else 0)


def test_an_income_of_repeated_digits_among_others_like_it_is_a_fact() -> None:
    table = table_of({"id": IDS, "Income": [55_555, *range(30_000, 69_000, 1_000)]})
    assert (findings(table), column(table, "Income").filled) == ({}, N)


def test_customers_that_stand_twice_are_refused_by_name() -> None:
    with pytest.raises(InputError) as raised:
        table_of({"Customer ID": ["a", "b", "a", "c", "b"], "Age": [20, 30, 40, 50, 60]})
    assert "2 customers" in str(raised.value)
    assert "a, b" in str(raised.value)


def test_rows_without_an_id_keep_their_place() -> None:
    table = table_of({"Customer ID": ["a", None, "c"], "Age": [20, 30, 40]})
    ids = [row["customer_id"] for row in table.engine.rows("select customer_id from people_read order by line")]
    assert (ids, findings(table)) == (["a", "row 2", "c"], {"table_no_id": 1})
    table = table_of({"Age": [20, 20, 40]})
    assert (table.id_header, [m.key for m in table.assumptions]) == (None, ["people.table.numbered"])
    assert table.rows == 3


def test_columns_that_say_nothing_are_told() -> None:
    table = table_of({"id": IDS, "Empty": [None] * N, "Same": [7] * N, "Profession": [f"trade {i}" for i in range(N)]})
    assert findings(table) == {"table_empty_columns": 1, "table_constant_columns": 1, "table_all_distinct": 1}
    assert column(table, "Empty").filled == 0
    assert column(table, "Profession").kind == "text"


def test_names_of_columns_are_safe_and_apart() -> None:
    headers = ["id", "Orders", "Größe (cm)", "größe cm", "1st; drop table people", "年龄", "segment", "select"]
    table = table_of({header: range(5) if header == "id" else [1, 2, 3, 4, 5] for header in headers})
    names = [a.name for a in table.attributes]
    assert names == [
        "orders_given",
        "grosse_cm",
        "grosse_cm_2",
        "n_1st_drop_table_people",
        "column_6",
        "segment_given",
        "select_given",
    ]
    assert table.engine.column_names("people_read") == ["line", "customer_id", *names]


@pytest.mark.parametrize(
    ("header", "kind", "role"),
    [
        ("Jenis Kelamin", "category", "gender"),
        ("Pendapatan (Rp)", "number", "income"),
        ("Tanggal Lahir", "date", "birth_date"),
        ("Tahun Lahir", "number", "birth_year"),
        ("Pendidikan Terakhir", "ordered", "education"),
        ("Status Perkawinan", "category", "marital_status"),
        ("Tanggal Bergabung", "date", "joined"),
        ("Jumlah Anak", "number", "children"),
        ("MntWines", "number", "spending"),
        ("Spending Score (1-100)", "number", "score"),
        ("NumStorePurchases", "number", "store"),
        ("AcceptedCmp3", "yes_no", "accepted"),
        ("Age", "category", None),
        ("Average order", "number", None),
    ],
)
def test_roles_are_known_in_both_languages_where_the_kind_fits(header: str, kind: Any, role: str | None) -> None:
    assert role_of(header, kind) == role


@given(st.permutations(["SD", "SMP", "SMA", "S1", "S2", "S3"]))
def test_an_order_does_not_depend_on_the_order_of_rows(levels: list[str]) -> None:
    assert ordered(levels) == ("SD", "SMP", "SMA", "S1", "S2", "S3")


def test_words_without_a_scale_have_no_order() -> None:
    assert ordered(["low", "red"]) is None
    assert ordered(["1", "2", "3"]) is None, "plain numbers are numbers"
    assert ordered(["< 18", "18-24", "65+"]) == ("< 18", "18-24", "65+")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=12), st.integers().map(str), st.floats().map(str), st.dates().map(str)),
        min_size=1,
        max_size=25,
    )
)
def test_whatever_the_cells_hold_no_row_is_lost(cells: list[str | None]) -> None:
    frame = pandas.DataFrame({"id": range(len(cells)), "Age": pandas.Series(cells, dtype=object), "Note": "x"})
    table = read_table(frame, Settings())
    assert table.rows == len(cells)
    row = table.engine.rows("select count(*) as n, count(distinct customer_id) as d from people_read")[0]
    assert row == {"n": len(cells), "d": len(cells)}
    table.engine.close()


def test_a_running_number_is_no_measure() -> None:
    shuffled = [(7 * i) % N for i in range(N)]
    table = table_of(
        {
            "Customer ID": IDS,
            "No": shuffled,  # by its header
            "Row of list": [i + 1 + (i > 20) for i in range(N)],  # one after the other, one missing
            "Points": shuffled,
            "Age": list(range(20, 20 + N)),
            "Queue": [i // 2 for i in range(N)],
        }
    )
    kinds = {header: column(table, header).kind for header in ("No", "Row of list", "Points", "Age", "Queue")}
    assert kinds == {"No": "id", "Row of list": "id", "Points": "number", "Age": "number", "Queue": "number"}
    assert [f.values for f in table.findings if f.code == "table_running_numbers"] == [{"columns": "No, Row of list"}]
    said = table_of({"Customer ID": IDS, "No": shuffled}, kinds={"No": "number"})
    assert column(said, "No").kind == "number"


def test_one_value_in_several_spellings_is_one_level() -> None:
    cities = ["Bandung", "BANDUNG", "Bandung ", "bandung", "Bogor", "BOGOR", "Garut", "Bogor"] * 5
    table = table_of(
        {
            "Customer ID": IDS,
            "Kota Asal": cities,
            "Suka Manis?": ["Ya", "ya", "Tidak", "Ya"] * 10,
            "L/P": ["L", "P", "Pria", "Wanita", "perempuan", "LAKI-LAKI", "L", "P"] * 5,
            "Umur": ["34 th", "35 tahun", "36", "41 yrs"] * 10,
            "Tags": ["x", "y", "O'Neil", "o'neil"] * 10,
        }
    )
    city = column(table, "Kota Asal")
    assert (city.kind, city.role, city.levels, city.distinct) == ("category", "city", ("Bandung", "Bogor", "Garut"), 3)
    assert set(values(table, "Kota Asal")) == {"Bandung", "Bogor", "Garut"}
    assert set(values(table, "Tags")) == {"x", "y", "O'Neil"}
    assert column(table, "Suka Manis?").kind == "yes_no"
    assert values(table, "Suka Manis?")[:3] == [True, True, False]
    assert (column(table, "Umur").kind, values(table, "Umur")[:4]) == ("number", [34, 35, 36, 41])
    merged = {f.values["column"]: (f.count, f.values["merged"]) for f in table.findings if f.code.endswith("_merged")}
    assert merged["Kota Asal"] == (15, "Bandung (Bandung 10, BANDUNG 5, bandung 5); Bogor (Bogor 10, BOGOR 5)")
    attributes, found = people(table.engine, table.attributes, {}, None)
    gender = next(each for each in attributes if each.role == "gender")
    assert (set(gender.levels), [each.code for each in found]) == ({"Wanita", "LAKI-LAKI"}, ["table_gender_merged"])
