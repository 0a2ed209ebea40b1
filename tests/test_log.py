"""The run log: every end of a run is noted, nobody's data are."""

import json
from pathlib import Path

import pytest

from regulars import log
from regulars.errors import InputError
from regulars.log import logged


def entries(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "run.log").read_text().splitlines()]


def test_a_run_leaves_one_line_with_its_stages_and_counts(tmp_path: Path) -> None:
    told: list[str] = []
    for _ in range(2):
        with logged(tmp_path, "run", told.append) as tell:
            for stage in ("read", "clean", "read"):
                tell(stage)
            tell.counts |= {"lines": 12, "customers": 3}
    first, second = entries(tmp_path)
    assert told == ["read", "clean", "read"] * 2
    assert (second["outcome"], second["lines"], second["customers"]) == ("done", 12, 3)
    assert list(first["stages"]) == ["start", "read", "clean"]
    assert all(seconds >= 0 for seconds in first["stages"].values())


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (InputError("no_study", path="/home/budi@example.com/pesanan.csv"), "errors.no_study"),
        (KeyboardInterrupt("budi@example.com"), "KeyboardInterrupt"),
        (ValueError("could not convert budi@example.com"), "ValueError"),
    ],
)
def test_an_error_is_noted_without_what_it_says(tmp_path: Path, error: BaseException, outcome: str) -> None:
    with pytest.raises(type(error)), logged(tmp_path, "run", lambda _: None):
        raise error
    assert [entry["outcome"] for entry in entries(tmp_path)] == [outcome]
    assert "budi" not in (tmp_path / "run.log").read_text()


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    with logged(tmp_path / "not made", "run", lambda _: None):
        pass
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "run.log").mkdir()
    with logged(tmp_path, "run", lambda _: None):
        pass
    assert list((tmp_path / "run.log").iterdir()) == []


def test_the_log_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_MOST", 1_000)
    for _ in range(20):
        with logged(tmp_path, "run", lambda _: None):
            pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.log", "run.log.1"]
    assert all(path.stat().st_size < 2_000 for path in tmp_path.iterdir())
