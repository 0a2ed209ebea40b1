"""Answers while a run puts another study in the place of the one that is read: of one study each, never of both."""

import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import regulars
from regulars.shop import _swap, open_shop
from regulars.web import steady
from regulars.web.app import create_app
from regulars.web.opened import Day, Opened, Shelf
from regulars.web.settings import WebSettings
from web.shops import write_lines

PATHS = ("/", "/segments", "/customers", "/customers.csv", "/products", "/products/P1", "/?country=Japan",
         "/api/v1/customers", "/api/v1/overview?country=Japan", "/api/v1/tables/customers.csv",
         "/api/v1/report.html")  # fmt: skip


def kept(folder: Path, word: str, customers: int) -> Path:
    """A shop whose customers and products all bear a word."""
    folder.mkdir()
    path = write_lines(folder, customers=customers)
    text = path.read_text(encoding="utf-8").replace(",C", f",{word}C").replace('"Tea"', f'"{word} tea"')
    path.write_text(text, encoding="utf-8")
    found = regulars.study(regulars.read(path, language="en", currency="GBP"))
    found.save(folder / "toko")
    found.close()
    return folder / "toko"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("steady")
    return kept(folder / "old", "Alfa", 60), kept(folder / "new", "Beta", 45)


@pytest.fixture
def shop(both: tuple[Path, Path], tmp_path: Path) -> Path:
    """A shop with the old study."""
    return Path(shutil.copytree(both[0], tmp_path / "toko"))


def replace(shop: Path, other: Path) -> None:
    """What a run does at its end."""
    day = str(open_shop(shop).studies()[-1])
    new = shop / "studies" / f".new-{day}"
    shutil.copytree(other / "studies" / day, new)
    _swap(new, shop / "studies" / day)


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_made_anew_where_a_run_ends_meanwhile(
    shop: Path, both: tuple[Path, Path], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = TestClient(create_app(WebSettings(shop=shop)), "http://127.0.0.1", raise_server_exceptions=False)
    opened, times = Shelf.opened, 0

    def slow(shelf: Shelf, day: Day) -> Opened:
        nonlocal times
        found, times = opened(shelf, day), times + 1
        if times == 1:
            replace(shop, both[1])
        return found

    monkeypatch.setattr(Shelf, "opened", slow)
    answer = client.get(path)
    assert times > 1 and answer.status_code == 200, answer.text[:500]
    assert answer.text == client.get(path).text and "Alfa" not in answer.text


def test_who_meets_run_after_run_asks_again(
    shop: Path, both: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = TestClient(create_app(WebSettings(shop=shop)), "http://127.0.0.1")
    monkeypatch.setattr(steady, "replaced", lambda _: True)
    assert client.get("/api/v1/overview").status_code == 503
    assert client.get("/customers").status_code == 202
