"""The same study on every engine: the same labels for the same customers, the same figures."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

import regulars as rg
from regulars.analysis import Study


def compared(study: Study) -> Study:
    """A study without what names its engine."""
    return replace(study, engine="", steps={})


@pytest.mark.slow
@pytest.mark.parametrize("beside", [None, "france_customers.csv"])
def test_a_whole_study_on_duckdb_and_spark(data: Path, spark_session: object, beside: str | None) -> None:
    """Every part of it; with a customer table beside the orders, its parts too."""
    on_duck, on_spark = (
        rg.study(
            rg.read(data / "france_orders.csv"),
            customers=rg.read_customers(data / beside) if beside else None,
            preset="value",
            engine=engine,
        )
        for engine in ("duckdb", "spark")
    )
    duck, spark = compared(on_duck.result), compared(on_spark.result)
    assert [each.name for each in fields(Study) if getattr(duck, each.name) != getattr(spark, each.name)] == []
    assert on_spark.customers.rows() == on_duck.customers.rows()
    if beside:
        assert (duck.people and duck.people.matched, duck.people_figures is not None) == (86, True)
        assert on_spark.people.rows() == on_duck.people.rows()
    on_duck.close()


@pytest.mark.parametrize("threads", [1, 4])
def test_the_number_of_threads_changes_no_byte(data: Path, tmp_path: Path, threads: int) -> None:
    for name in ("one", "other"):
        lines = rg.read(data / "france_orders.csv")
        lines.engine.connection.execute(f"set threads = {threads if name == 'other' else 2}")
        analysis = rg.study(lines)
        analysis.save(tmp_path / name / "shop")
        analysis.close()
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*") if path.is_file())
    assert len(files) >= 5
    for file in files:
        if file.name not in (".lock", "run.log"):
            assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes(), file
