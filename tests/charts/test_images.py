"""Charts as images: every one drawn, of the right size, in both forms."""

import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from regulars.charts.images import write_images
from regulars.errors import StoreError, UsageError
from regulars.locale import words
from regulars.pages import report_of
from regulars.report import chart_setup, export_charts
from report.make_study import make_study, one_customer


def test_hostile_charts_become_wellformed_svg_without_scripts(tmp_path: Path) -> None:
    study = make_study(hostile=True)
    written = export_charts(study, tmp_path, "svg")
    assert len(written) == len(report_of(study).charts())
    for path in written:
        root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - our own file
        assert root.get("width") == "1280"
        assert len(root.findall(".//{http://www.w3.org/2000/svg}path")) > 1, path.name
        assert not root.findall(".//{http://www.w3.org/2000/svg}script")


def test_the_same_study_gives_the_same_images(tmp_path: Path) -> None:
    first, second = (export_charts(one_customer(), tmp_path / name, "svg") for name in ("a", "b"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_png_has_twice_the_pixels_and_is_not_empty(tmp_path: Path) -> None:
    charts = [chart for chart in report_of(make_study()).charts() if chart.key in {"score_map", "pca"}]
    for path in write_images(tuple(charts), chart_setup(words("id", "IDR")), tmp_path, "png"):
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG")
        assert struct.unpack(">II", data[16:24]) == (2560, 2 * (96 + 360 + 32))
        assert len(data) > 20_000


def test_titles_are_in_the_language_asked_for(tmp_path: Path) -> None:
    written = export_charts(make_study(), tmp_path, "svg", "id")
    assert any("Peta klaster" in path.read_text(encoding="utf-8") for path in written)


def test_without_the_extra_the_command_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "py_mini_racer", None)
    with pytest.raises(UsageError) as refused:
        export_charts(one_customer(), tmp_path, "png")
    assert refused.value.message.values == {"extra": "export"}


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError):
        export_charts(one_customer(), tmp_path / "file", "svg")
