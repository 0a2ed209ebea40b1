"""What strangers, viewers and other pages try at the dashboard and the API: they are refused, and told nothing."""

import base64
import errno
import os
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from regulars.web.opened import RESULTS
from regulars.web.register import Register
from web.shops import made_shop, served


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_shop(tmp_path_factory.mktemp("attacked"), customers=25)


@pytest.fixture(scope="module")
def tokens(shop: Path) -> dict:
    return Register(shop).new_tokens()


def as_role(shop: Path, token: str | None) -> TestClient:
    """A program that shows a token; None: it has none."""
    client = served(shop, sign_in=True)
    return client if token is None else TestClient(client.app, "http://localhost:8000", follow_redirects=False,
                                                   headers={"authorization": f"Bearer {token}"})  # fmt: skip


def test_no_address_tells_a_stranger_which_studies_there_are(shop: Path, tokens: dict) -> None:
    stranger = as_role(shop, None)
    open_to_all = {"/sign-in", "/sign-out", "/static/{checksum}/{name:path}"}
    fill = {"{kind}": "csv", "{table}": "customers", "{key}": "overview", "{figure}": "months", "{id_:path}": "C1",
            "{code:path}": "P1", "{customer_id:path}": "C1", "{place}": "1"}  # fmt: skip
    tried = 0
    for path in served(shop).app.state.paths - open_to_all:
        for written, value in fill.items():
            path = path.replace(written, value)
        answer = stranger.get(path, params={"study": "1999-01-01"})
        if answer.status_code != 405:  # it only takes what is sent
            tried += 1
            assert answer.status_code in {303, 401}, (path, answer.status_code, answer.text[:200])
            assert "2024" not in answer.text and shop.name not in answer.text
    assert tried >= 30


@pytest.mark.parametrize("target", ["//[", "http://[", "/\t/evil.example", "//evil.example/%0d%0aSet-Cookie:x=1"])
def test_what_is_no_address_leads_to_the_front_page(shop: Path, tokens: dict, target: str) -> None:
    page = as_role(shop, None).get("/sign-in", params={"next": target})
    assert page.status_code == 200 and 'action="/sign-in"' in page.text


@pytest.mark.parametrize(
    "origin", ["null", "http://[", "http://localhost", "http://localhost:8001", "http://evil.localhost:8000"]
)
def test_a_foreign_origin_is_refused_whatever_it_is_called(shop: Path, origin: str) -> None:
    for path in ("/api/v1/score", "/start/looks", "/sign-out"):
        assert served(shop).post(path, json={}, headers={"origin": origin}).status_code == 403


@pytest.mark.parametrize("text", ["[" * 40_000, '{"a":1}', "[NaN]", '[1.0,"1",0]', "9" * 6000])
@pytest.mark.parametrize("path", ["/customers", "/products"])
def test_a_mark_that_was_never_given_is_refused(shop: Path, path: str, text: str) -> None:
    mark = base64.urlsafe_b64encode(text.encode()).decode()
    assert served(shop).get(path, params={"mark": mark}).status_code == 422


def test_who_asks_for_very_many_strangers_breaks_no_list(shop: Path) -> None:
    client = served(shop)
    pages = ("/customers", "/products", "/segments/map", "/customers.csv", "/api/v1/customers?country=Japan")
    before = {path: client.get(path).content for path in pages}
    for i in range(RESULTS + 5):
        assert client.get(f"/api/v1/customers/nobody-{i}").status_code == 404
    assert {path: client.get(path).content for path in pages} == before


def test_a_program_that_guesses_stands_in_the_log_and_its_guess_does_not(shop: Path, tokens: dict) -> None:
    log = shop / ".web" / "audit.jsonl"
    before = log.read_text().count("sign_in_failed") if log.exists() else 0
    assert as_role(shop, "0badc0de.guess").get("/api/v1/studies").status_code == 401
    told = log.read_text()
    assert told.count("sign_in_failed") == before + 1 and "guess" not in told and "0badc0de" not in told


@pytest.mark.parametrize("path", ["/api/v1/tables/customers.csv", "/api/v1/report.html", "/customers.csv"])
def test_a_disk_that_is_full_is_said(shop: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The act cannot be written into the log: it is refused, in a sentence that names no folder of the machine."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    client = served(shop)
    client.get(path)
    monkeypatch.setattr("regulars.web.audit.os.write", full)
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 507 and "toko cannot be written: No space left" in answer.text
    assert str(shop) not in answer.text
