"""The extra parts: named where they are needed, and by what fails without them."""

import re
import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars.charts import images
from regulars.commands.serve import serve
from regulars.engine import SparkEngine
from regulars.errors import UsageError
from regulars.sources import databases

ROOT = Path(__file__).parents[1]
GUIDES = ("README.md", "README.id.md", "docs/getting-started.md", "docs/id/memulai.md")
WITHOUT: list[tuple[str, str, Callable[..., Any]]] = [
    ("py_mini_racer", "export", images._drawer),
    ("vl_convert", "export", lambda: images._png("")),
    ("uvicorn", "web", serve),
    ("adbc_driver_sqlite", "databases", lambda: databases._driver("adbc_driver_sqlite")),
    ("pyspark.sql", "spark", SparkEngine),
]


def extras() -> set[str]:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return set(told["project"]["optional-dependencies"]) - {"dev", "build", "demo"}  # of the project itself


@pytest.mark.parametrize("guide", GUIDES)
def test_every_extra_is_named_in_the_guides(guide: str) -> None:
    text = (ROOT / guide).read_text(encoding="utf-8")
    assert {name for found in re.findall(r"`regulars\[([\w,]+)\]`", text) for name in found.split(",")} == extras()


@pytest.mark.parametrize(("module", "extra", "go"), WITHOUT)
def test_what_is_not_installed_names_its_extra(
    monkeypatch: pytest.MonkeyPatch, module: str, extra: str, go: Callable[..., Any]
) -> None:
    assert extra in extras()
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(shutil, "which", lambda _: "java")
    with pytest.raises(UsageError, match=rf"pip install 'regulars\[{extra}\]'"):
        go()
