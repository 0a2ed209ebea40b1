"""What carries every page: static files, headers, languages, errors, studies that change while they are served."""

import gzip
import json
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

import regulars
from regulars.locale import words
from regulars.web import faces
from regulars.web.app import create_app
from regulars.web.assets import names
from regulars.web.opened import Kept, Shelf
from regulars.web.security import HEADERS
from regulars.web.settings import WebSettings
from web.shops import made_shop, served, write_lines

LIMIT = 450_000  # bytes of the first load


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_shop(tmp_path_factory.mktemp("foundation"), customers=25)


@pytest.fixture(scope="module")
def client(shop: Path) -> TestClient:
    return served(shop)


def files_of(html: str) -> list[str]:
    return re.findall(r'(?:src|href|data-map)="(/static/[^"]+)"', html)


# --- static files ----------------------------------------------------------------------------------------------------


def test_a_file_is_kept_for_good_under_its_checksum(client: TestClient) -> None:
    for address in files_of(client.get("/overview").text):
        answer = client.get(address)
        assert "immutable" in answer.headers["cache-control"]
        again = client.get(address, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("way", ["gzip", "zstd", "identity"])
def test_a_file_means_the_same_however_it_is_sent(client: TestClient, way: str) -> None:
    address = next(one for one in files_of(client.get("/overview").text) if one.endswith("web.js"))
    with client.stream("GET", address, headers={"accept-encoding": way}) as answer:
        raw = b"".join(answer.iter_raw())
    plain = client.get(address, headers={"accept-encoding": "identity"}).content
    if way == "gzip":
        assert answer.headers["content-encoding"] == "gzip" and gzip.decompress(raw) == plain
    elif way == "zstd":
        assert answer.headers["content-encoding"] == "zstd" and len(raw) < len(plain) / 2
    else:
        assert "content-encoding" not in answer.headers and raw == plain


@pytest.mark.parametrize(
    "name", ["web.js", "../web/app.py", "%2e%2e/web/app.py", "vendor/checksums", "vendor/echarts.LICENSE"]
)
def test_no_other_file_is_sent(client: TestClient, name: str) -> None:
    assert client.get(f"/static/0000000000000000/{name}").status_code == 404
    assert not [one for one in names() if "LICENSE" in one or ".." in one]


@pytest.mark.parametrize("page", ["/overview", "/segments", "/clusters", "/quality"])
def test_the_first_load_is_small(client: TestClient, page: str) -> None:
    with client.stream("GET", page, headers={"accept-encoding": "gzip"}) as answer:
        total = len(b"".join(answer.iter_raw()))
    for address in files_of(client.get(page).text):
        with client.stream("GET", address, headers={"accept-encoding": "gzip"}) as answer:
            total += len(b"".join(answer.iter_raw()))
    assert 100_000 < total <= LIMIT


# --- headers, errors -------------------------------------------------------------------------------------------------


def broken(shop: Path) -> TestClient:
    """A server one of whose pages fails in a way that nobody foresaw."""
    app = create_app(WebSettings(shop=shop))
    router = APIRouter()

    @router.get("/api/v1/broken")
    @router.get("/broken")
    def fail() -> None:
        raise RuntimeError("secret of the inside")

    app.include_router(router)
    return TestClient(app, base_url="http://localhost:8000", raise_server_exceptions=False)


@pytest.mark.parametrize("path", ["/overview", "/nope", "/broken", "/api/v1/broken", "/sign-in", "/overview?study=x"])
def test_every_answer_carries_the_headers_of_safety(shop: Path, path: str) -> None:
    headers = broken(shop).get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "http" not in policy
    assert headers.get("cache-control", "no-store") == "no-store"


@pytest.mark.parametrize("page", ["/overview", "/segments", "/sign-in"])
def test_pages_hold_nothing_that_the_policy_forbids(client: TestClient, page: str) -> None:
    html = client.get(page).text
    assert re.findall(r"\son\w+\s*=|\sstyle\s*=|<style|javascript:", html) == []
    assert [
        tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag and "application/json" not in tag
    ] == []


def test_what_nobody_foresaw_says_nothing_of_the_inside(shop: Path) -> None:
    client = broken(shop)
    assert client.get("/broken").status_code == 500
    html = client.get("/broken?lang=id").text
    assert "secret" not in html and "Traceback" not in html
    assert '<html lang="id"' in html and words("id")("web.problem.500") in html
    assert 'id="pages"' in html and 'href="/overview"' in html and words("id")("web.problem.home") in html
    answer = client.get("/api/v1/broken").json()
    assert answer["error"]["code"] == "unforeseen" and "secret" not in json.dumps(answer)


def test_where_every_page_fails_a_sentence_is_left(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr(faces, "navigation", fail)
    answer = broken(shop).get("/overview?lang=id")
    assert (answer.status_code, answer.text) == (500, f"{words('id')('web.problem.500')}\n")
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nope", 404),
        ("/moves", 404),
        ("/overview?study=1999-01-01", 404),
        ("/overview?study=../..", 422),
        ("/overview?country=Atlantis", 422),
        ("/overview?since=soon", 422),
        ("/overview?since=2023-06-01&until=2023-01-01", 422),
        ("/overview?since=9999-12-31&until=9999-12-31", 422),
        ("/figures/overview/nope.csv", 404),
        ("/figures/nope/x.csv", 404),
    ],
)
def test_an_address_that_cannot_be_says_so_in_words(client: TestClient, path: str, status: int, shop: Path) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert f"<h1>{'Not found' if status == 404 else 'That did not work'}</h1>" in answer.text
    assert str(shop.parent) not in answer.text


def test_a_shop_without_a_study_says_so(tmp_path: Path) -> None:
    answer = served(tmp_path / "new").get("/overview")
    assert answer.status_code == 404 or answer.headers["location"] == "/start"


# --- languages, colours ----------------------------------------------------------------------------------------------


def test_the_language_is_asked_for_or_remembered_or_the_shops(shop: Path) -> None:
    client = served(shop)
    assert '<html lang="en">' in client.get("/overview").text
    asked = client.get("/overview?lang=id")
    assert '<html lang="id">' in asked.text and "lang=id" in asked.headers["set-cookie"]
    assert '<html lang="id">' in client.get("/quality").text
    assert '<html lang="en">' in client.get("/quality?lang=en").text
    assert '<html lang="en">' in client.get("/quality?lang=xx%22onload=").text


def test_the_link_to_the_other_language_keeps_the_address(client: TestClient) -> None:
    html = client.get("/overview?country=Japan&lang=en").text
    assert 'hreflang="id"' in html
    found = re.search(r'href="([^"]+)" hreflang="id"', html)
    assert found
    assert "country=Japan" in found[1] and "lang=id" in found[1] and found[1].startswith("/")


@pytest.mark.parametrize(
    ("cookie", "shown"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ('"x', "")]
)
def test_colours_are_those_that_were_chosen(shop: Path, cookie: str, shown: str) -> None:
    client = served(shop)
    client.cookies.set("theme", cookie)
    assert re.search(r'<html lang="en"([^>]*)>', client.get("/overview").text)[1] == shown  # type: ignore[index]


# --- studies ---------------------------------------------------------------------------------------------------------


def add_study(folder: Path, **settings: Any) -> None:
    lines = regulars.read(write_lines(folder, customers=40), language="en", currency="GBP")
    found = regulars.study(lines, **settings)
    found.save(folder / "toko")
    found.close()


def test_a_study_that_is_replaced_or_added_is_seen_at_once(shop: Path, tmp_path: Path) -> None:
    shutil.copytree(shop, tmp_path / "toko")
    client = served(tmp_path / "toko")
    before = client.get("/overview").text
    add_study(tmp_path, as_of=date(2023, 6, 1))
    both = client.get("/overview").text
    assert '<option value="2023-06-01"' in both and "<option" in both
    assert client.get("/overview?study=2023-06-01").text != both
    links = re.findall(r'<a href="(/segments[^"]*)"', client.get("/overview?study=2023-06-01").text)
    assert links == ["/segments?study=2023-06-01"]
    add_study(tmp_path)
    assert client.get("/overview").text != both != before


def test_a_result_is_computed_once_however_many_ask() -> None:
    kept, calls, gate = Kept(2), [], Barrier(4)

    def make() -> int:
        calls.append(1)
        return len(calls)

    def ask(_: int) -> int:
        gate.wait()
        return kept.once(("a",), make)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [1, 1, 1, 1]
    for key in "bc":
        kept.once((key,), make)
    assert kept.once(("a",), make) == 4  # the one longest unused was forgotten


def test_an_error_is_not_kept() -> None:
    kept = Kept(2)

    def fail() -> Any:
        raise ValueError

    for _ in range(2):
        with pytest.raises(ValueError):
            kept.once("a", fail)
    assert kept.once("a", lambda: 7) == 7


def test_requests_share_a_study_and_not_a_connection(shop: Path) -> None:
    shelf = Shelf(WebSettings(shop=shop))
    first, second = shelf.opened(None), shelf.opened(None)
    assert first.study is second.study
    beside = first.engine.beside()
    assert beside.rows("select count(*) as n from customers") == first.engine.rows(
        "select count(*) as n from customers"
    )
    beside.close()
    assert first.engine.rows("select 1 as one") == [{"one": 1}]


# --- what it loads ---------------------------------------------------------------------------------------------------


def test_nothing_of_the_web_is_loaded_without_it() -> None:
    code = "import sys, regulars.cli, regulars.api; print(*({'fastapi', 'starlette', 'uvicorn'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_without_the_extra_serve_says_what_to_install(tmp_path: Path) -> None:
    code = ("import sys; sys.modules['uvicorn'] = None; from regulars.cli import _guarded; "
            f"sys.exit(_guarded(['serve', '--shop', {str(tmp_path)!r}]))")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "regulars[web]" in done.stderr


def test_a_study_without_dates_can_be_chosen_beside_others(shop: Path, tmp_path: Path) -> None:
    shutil.copytree(shop, tmp_path / "toko")
    people = tmp_path / "people.csv"
    rows = (f"C{i},{20 + i * 7 % 50},{1000 + i * 37 % 900}" for i in range(60))
    people.write_text("\n".join(("customer_id,age,income", *rows)), encoding="utf-8")
    found = regulars.study(regulars.read_customers(people))
    found.save(tmp_path / "toko")
    found.close()
    client = served(tmp_path / "toko")
    assert '<option value="undated">Customers without dates</option>' in client.get("/overview").text
    assert '<option value="undated" selected>' in client.get("/clusters?study=undated").text
    assert client.get("/overview?study=undated").status_code == 404
