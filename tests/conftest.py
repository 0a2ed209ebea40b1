"""What all tests share: the engines, the real data, and small tables."""

import atexit
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from regulars.engine import DuckEngine, Engine, SparkEngine
from regulars.errors import UsageError

DATA = Path(os.environ.get("REGULARS_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))


# tables of a few rows: compiling a query takes longer than running it
SMALL = {
    "spark.master": "local[2]",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}


@atexit.register
def _last_word() -> None:
    """Pytest has the last word: DuckDB's bindings list "leaked" types when an interpreter ends that ran Hypothesis."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data; without it the test is skipped, and in CI it fails."""
    if not DATA.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no real data at {DATA}: set REGULARS_DATA")
        pytest.skip("no real data: set REGULARS_DATA to its folder")
    return DATA


@pytest.fixture
def duck() -> Iterator[DuckEngine]:
    with DuckEngine() as engine:
        yield engine


@pytest.fixture(scope="session")
def spark_session() -> Iterator[SparkEngine]:
    """One Spark session for all tests; its start takes most of the time."""
    try:
        engine = SparkEngine(SMALL)
    except UsageError as error:
        pytest.skip(f"Spark: {error}. Install Java 17 or later (Debian: apt-get install default-jre-headless).")
    yield engine
    engine.close()


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Every engine in turn: the same assertions on the same numbers."""
    if request.param == "duckdb":
        with DuckEngine() as duck:
            yield duck
    else:
        yield request.getfixturevalue("spark_session")


QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, which asks nothing of the network by itself."""
    with sync_playwright() as player:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        try:
            opened = player.chromium.launch(executable_path=found, args=list(QUIET))
        except Error as error:
            pytest.skip(f"no Chromium: apt-get install chromium ({str(error).splitlines()[0]})")
        yield opened
        opened.close()
