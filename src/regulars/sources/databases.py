"""A table or query of a database: PostgreSQL and SQLite through ADBC, DuckDB files by themselves -> a part.

An address is `postgresql://user@host/base#table`, `sqlite:///path#table` or `duckdb:///path#table` (or the file's path
and #table); after # may stand a query that begins with select or with. Without # a database of one table gives that
one. Everything is opened for reading only, and no password or path reaches a message or `InputFile.name`.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb

from regulars.engine import DuckEngine, first_line, quoted, text
from regulars.errors import InputError, UsageError
from regulars.sources.files import is_file, kind_of, readable
from regulars.sources.frames import checksum, load_query, load_stream
from regulars.sources.part import Part
from regulars.sources.raw import InputFile

_SERVER = ("postgres", "postgresql")
_FILE = ("sqlite", "duckdb")
_QUERY = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_TABLE = re.compile(r"[^@/:?]*")
_SERVER_FORM = re.compile(
    r"postgres(ql)?://([^:/?@]*(:[^:/?@]*)?@)?(\[[\da-f:]+\]|[^:/?@\[\]]*)(:\d+)?(/(?P<base>[^:/?@]*))?(\?.*)?",
    re.IGNORECASE,
)
_SECRETS = (re.compile(r"://[^:/@]*:([^@]*)@"), re.compile(r"(?:password|passfile|sslpassword)=([^&]+)", re.IGNORECASE))
_PG_TABLES = (
    "select table_schema || '.' || table_name from information_schema.tables "
    "where table_schema not in ('pg_catalog', 'information_schema') order by 1"
)
_SQLITE_TABLES = (
    "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' order by 1"
)
_DUCKDB_TABLES = (
    "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'source_database' "
    "union all select schema_name || '.' || view_name from duckdb_views() "
    "where database_name = 'source_database' and not internal order by 1"
)


def is_address(source: str) -> bool:
    """Whether a source is a database address, and not the path of a file."""
    scheme = source.partition("://")[0].lower()
    file, mark, _ = source.partition("#")
    return scheme in (*_SERVER, *_FILE) or (bool(mark) and is_file(file) and not is_file(source))


def read_database(engine: DuckEngine, address: str, table: str) -> Part:
    """Loads the table or the result of the query that an address names.

    Columns of PostgreSQL and DuckDB keep their types; SQLite types cells, not columns, so its cells become text.
    Raises UsageError for an address that names no table or an extra that is not installed, InputError for what the
    database answers.
    """
    base, _, what = address.partition("#")
    scheme, found, rest = base.partition("://")
    if found and scheme.lower() in _SERVER:
        return _from_server(engine, base, unquote(what), table)
    path = Path(unquote(rest.removeprefix("/"))) if found else Path(base)
    with readable(path):
        kind = kind_of(path)
        size, digest = checksum(path)
    if kind not in _FILE:
        raise InputError("no_database", file=path.name)
    reader = _from_duckdb if kind == "duckdb" else _from_sqlite
    headers = reader(engine, path, unquote(what), table)
    return Part(table, headers, 0, InputFile(_label(path.name, what), "database", size, digest))


def _label(base: str, what: str) -> str:
    return f"{base}#query" if _QUERY.match(what) else f"{base}#{what}" if what else base


def _from_server(engine: DuckEngine, base: str, what: str, table: str) -> Part:
    form = _SERVER_FORM.fullmatch(base)
    if form is None or not (_QUERY.match(what) or _TABLE.fullmatch(what)):
        raise UsageError("address_form")  # nothing of it is repeated: any part may be one of the password
    name = _label(form["base"] or "postgresql", what)
    driver = _driver("adbc_driver_postgresql")
    with _statement(driver, base, name) as run:
        run("set session characteristics as transaction read only")
        query = _query(what, name, lambda: _column(engine, run(_PG_TABLES)))
        headers = load_stream(engine, run(query), table, name)
        names = ", ".join(f"c{i}" for i in range(len(headers)))
        types = ", ".join(f"pg_typeof(c{i})::text as c{i}" for i in range(len(headers)))
        load_stream(engine, run(f"select {types} from ({query}) as t({names}) limit 1"), "column_types", name)
    for kinds in engine.rows("select * from column_types"):
        for column, kind in kinds.items():
            if kind == "numeric":  # arrives as text
                engine.connection.execute(f"alter table {quoted(table)} alter {column} type double")
    engine.drop("column_types")
    return Part(table, headers, 0, InputFile(name, "database", None, None))


def _from_sqlite(engine: DuckEngine, path: Path, what: str, table: str) -> tuple[str, ...]:
    driver = _driver("adbc_driver_sqlite")
    with _statement(driver, f"file:{path.resolve().as_posix()}?mode=ro", path.name) as run:
        query = _query(what, path.name, lambda: _column(engine, run(_SQLITE_TABLES)))
        headers = load_stream(engine, run(f"select * from ({query}) limit 0"), table, path.name)
        names = ", ".join(f"c{at}" for at in range(len(headers)))
        cells = ", ".join(f"cast(c{at} as text) as c{at}" for at in range(len(headers)))
        load_stream(engine, run(f"with t({names}) as ({query}) select {cells} from t"), table, path.name)
        return headers


def _from_duckdb(engine: DuckEngine, path: Path, what: str, table: str) -> tuple[str, ...]:
    db = engine.connection
    try:
        db.execute(f"attach {text(str(path))} as source_database (read_only)")
    except duckdb.Error as error:
        raise InputError("database_says", name=path.name, why=first_line(error)) from error
    home = engine.rows("select current_database() as name")[0]["name"]
    try:
        query = _query(what, path.name, lambda: [row[0] for row in db.execute(_DUCKDB_TABLES).fetchall()])
        _refuse_commands(query, path.name)
        db.execute("use source_database")
        return load_query(engine, query, f"{home}.main.{table}", path.name)
    finally:
        db.execute(f"use {quoted(home)}")
        db.execute("detach source_database")


def _refuse_commands(query: str, name: str) -> None:
    """The file is attached for reading only, but another statement could write elsewhere."""
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise InputError("database_says", name=name, why=first_line(error)) from error
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise UsageError("query_writes", name=name)


def _query(what: str, name: str, tables: Any) -> str:
    """The query behind an address: the one given, or all of a table."""
    if _QUERY.match(what):
        return what.strip().rstrip(";")
    if not what:
        known = tables()
        if len(known) != 1:
            raise UsageError(
                "which_table", name=name, known=", ".join(known[:20]) or "-", first=(known or ["TABLE"])[0]
            )
        what = known[0]
    return f"select * from {'.'.join(quoted(part) for part in what.split('.'))}"


def _column(engine: DuckEngine, stream: Any) -> list[str]:
    load_stream(engine, stream, "found_tables", "")
    names = [str(row["c0"]) for row in engine.rows("select c0 from found_tables order by rowid")]
    engine.drop("found_tables")
    return names


def _driver(module: str) -> str:
    """The path of an ADBC driver's library."""
    from importlib import import_module

    try:
        return str(import_module(module)._driver_path())
    except ImportError as error:
        raise UsageError("no_extra", extra="databases") from error


@contextmanager
def _statement(driver: str, uri: str, name: str) -> Iterator[Any]:
    """A way to run queries on one connection; what the database refuses is an InputError without secrets."""
    import adbc_driver_manager as adbc

    with ExitStack() as stack:
        try:
            base = stack.enter_context(adbc.AdbcDatabase(driver=driver, uri=uri))
            connection = stack.enter_context(adbc.AdbcConnection(base))

            def run(query: str) -> Any:
                statement = stack.enter_context(adbc.AdbcStatement(connection))
                statement.set_sql_query(query)
                return statement.execute_query()[0]

            yield run
        except adbc.Error as error:
            raise InputError("database_says", name=name, why=_without_secrets(first_line(error), uri)) from None


def _without_secrets(message: str, uri: str) -> str:
    """A driver's message without the password of the address."""
    for form in _SECRETS:
        for secret in form.findall(uri):
            for part in filter(None, (secret, unquote(secret))):
                message = message.replace(part, "***")
    return message
