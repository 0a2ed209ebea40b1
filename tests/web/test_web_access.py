"""Who gets in: everybody on loopback, elsewhere whoever shows a token; what other sites cannot make a browser do."""

import json
import os
import re
import stat
import time
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import regulars
from regulars.cli import _guarded
from regulars.commands.serve import _typed
from regulars.web import register as registers
from regulars.web.keys import SESSION_COOKIE
from regulars.web.register import FREE, Register
from regulars.web.security import host_known
from regulars.web.settings import WebSettings, settings_from_json
from web.shops import made_shop, served, write_lines


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_shop(tmp_path_factory.mktemp("access"), customers=25)


@pytest.fixture
def tokens(shop: Path) -> dict:
    (shop / ".web" / "access.sqlite").unlink(missing_ok=True)
    return Register(shop).new_tokens()


@pytest.fixture
def door(shop: Path) -> TestClient:
    """A server that asks for a token."""
    return served(shop, sign_in=True)


def csrf_of(client: TestClient, path: str = "/sign-in") -> str:
    found = re.search(r'name="csrf" (?:content|value)="([0-9a-f]+)"', client.get(path).text)
    assert found
    return found[1]


def signed_in(client: TestClient, token: str) -> TestClient:
    answer = client.post("/sign-in", data={"csrf": csrf_of(client), "token": token})
    assert answer.status_code == 303, answer.text
    return client


def test_on_this_machine_nobody_is_asked(shop: Path) -> None:
    assert served(shop).get("/overview").status_code == 200


@pytest.mark.parametrize("path", ["/", "/overview", "/quality?study=1999-01-01", "/figures/overview/months.csv"])
def test_without_a_token_every_page_leads_to_the_door_and_says_nothing(door: TestClient, tokens: dict,
                                                                       path: str) -> None:  # fmt: skip
    answer = door.get(path)
    assert (answer.status_code, answer.headers["location"][:14]) == (303, "/sign-in?next=")
    assert "toko" not in door.get(answer.headers["location"]).text


def test_a_request_that_a_proxy_passed_on_is_not_from_this_machine(shop: Path) -> None:
    assert served(shop).get("/overview", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 303


def test_a_token_opens_a_session_that_no_script_and_no_other_site_can_use(door: TestClient, tokens: dict) -> None:
    answer = door.post("/sign-in?next=%2Fquality", data={"csrf": csrf_of(door), "token": tokens["viewer"]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/quality")
    cookie = answer.headers["set-cookie"]
    assert re.search("HttpOnly", cookie) and re.search("SameSite=strict", cookie, re.IGNORECASE)
    assert door.get("/overview").status_code == 200
    secure = served(door.app.state.settings.shop, sign_in=True)
    secure.base_url = "https://localhost:8000"
    again = secure.post("/sign-in", data={"csrf": csrf_of(secure), "token": tokens["viewer"]})
    assert "Secure" in again.headers["set-cookie"]


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(door: TestClient, tokens: dict, target: str) -> None:
    answer = door.post("/sign-in", params={"next": target}, data={"csrf": csrf_of(door), "token": tokens["viewer"]})
    assert answer.headers["location"] == "/"


def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(door: TestClient, tokens: dict) -> None:
    signed_in(door, tokens["analyst"])
    kept = door.cookies[SESSION_COOKIE]
    assert door.post("/sign-out", data={"csrf": csrf_of(door, "/overview")}).status_code == 303
    door.cookies.set(SESSION_COOKIE, kept)
    assert door.get("/overview").status_code == 303


def test_new_tokens_end_old_ones_and_their_sessions(door: TestClient, tokens: dict, shop: Path) -> None:
    signed_in(door, tokens["viewer"])
    bearer = {"authorization": f"Bearer {tokens['analyst']}"}
    program = served(shop, sign_in=True)
    assert program.get("/overview", headers=bearer).status_code == 200
    Register(shop).new_tokens()
    assert door.get("/overview").status_code == 303
    assert program.get("/overview", headers=bearer).status_code == 303


def test_a_session_ends_by_itself(door: TestClient, tokens: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(door, tokens["viewer"])
    later = registers.now() + registers.SESSION + 1
    monkeypatch.setattr(registers, "now", lambda: later)
    assert door.get("/overview").status_code == 303


def test_workers_agree_on_sessions_and_on_who_has_to_wait(
    door: TestClient, tokens: dict, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = registers.now()
    monkeypatch.setattr(registers, "now", lambda: at)
    other = served(shop, sign_in=True)
    other.cookies.set(SESSION_COOKIE, signed_in(door, tokens["viewer"]).cookies[SESSION_COOKIE])
    assert other.get("/overview").status_code == 200
    other.cookies.clear()
    door.cookies.clear()
    for client in [door, other, door, other][: FREE + 1]:
        answer = client.post("/sign-in", data={"csrf": csrf_of(client), "token": "0badc0de.guess"})
        assert answer.status_code == 401
    barred = other.post("/sign-in?lang=en", data={"csrf": csrf_of(other), "token": "0badc0de.guess"})
    assert barred.status_code == 429 and int(barred.headers["retry-after"]) >= 1
    assert f"Wait {barred.headers['retry-after']} second" in barred.text and "--new-tokens" in barred.text
    program = other.get("/api/v1/overview?lang=en", headers={"authorization": "Bearer guess"})
    assert program.status_code == 429 and f"Wait {program.headers['retry-after']} second" in program.text


def test_the_wait_grows_to_a_minute_and_a_right_token_ends_it(
    door: TestClient, tokens: dict, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = registers.now()
    monkeypatch.setattr(registers, "now", lambda: at)

    def tried(token: str) -> int:
        return door.post("/sign-in", data={"csrf": csrf_of(door), "token": token}).status_code

    waits = []
    for _ in range(FREE + 9):
        assert tried("0badc0de.guess") == 401
        waits.append(Register(shop).wait("testclient"))
        if waits[-1]:
            assert tried("0badc0de.guess") == 429  # not looked at, so it does not lengthen the wait
            assert Register(shop).wait("testclient") == waits[-1]
        at += waits[-1]
    assert tried("0badc0de.guess") == 401
    assert waits == [*[0] * FREE, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert Register(shop).wait("testclient") and tried(tokens["viewer"]) == 303  # at once
    assert [tried("0badc0de.guess") for _ in range(FREE + 1)] == [401] * (FREE + 1)  # and forgotten
    assert Register(shop).wait("testclient") == 1
    at += registers.WINDOW
    assert Register(shop).wait("testclient") == 0


def test_nobody_waits_for_a_clock_that_was_put_back(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = registers.now()
    monkeypatch.setattr(registers, "now", lambda: at)
    for _ in range(FREE + 9):
        Register(shop).failed("10.0.0.7")
    assert Register(shop).wait("10.0.0.7") == registers.LONGEST
    at -= 86_400
    assert Register(shop).wait("10.0.0.7") == 0


def test_a_program_with_the_right_token_never_waits_on_any_worker(
    door: TestClient, tokens: dict, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = registers.now()
    monkeypatch.setattr(registers, "now", lambda: at)
    workers = [door, *(served(shop, sign_in=True) for _ in range(2))]
    for turn in range(8):
        name = tokens["viewer"].partition(".")[0] if turn % 2 else "0badc0de"  # a known first part helps no guesser
        workers[turn % 3].get("/api/v1/overview", headers={"authorization": f"Bearer {name}.guess"})
    assert Register(shop).wait("testclient")
    for worker in workers:
        for role in ("viewer", "analyst"):
            bearer = {"authorization": f"Bearer {tokens[role]}"}
            assert worker.get("/api/v1/overview", headers=bearer).status_code == 200
        assert worker.get("/api/v1/overview", headers={"authorization": "Bearer guess"}).status_code == 429


def test_looking_at_a_token_is_cheap(shop: Path, tokens: dict) -> None:
    register = Register(shop)
    began = time.process_time()
    for _ in range(50):
        assert register.role_of(tokens["viewer"]) == "viewer" and register.role_of(f"{tokens['viewer']}x") is None
    assert time.process_time() - began < 2.0  # 100 slow hashes of passwords would take 5


def test_addresses_of_one_network_of_ipv6_wait_together(
    shop: Path, tokens: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = registers.now()
    monkeypatch.setattr(registers, "now", lambda: at)
    for last in range(FREE + 1):
        Register(shop).failed(f"2001:db8:1:2::{last}")
    assert Register(shop).wait("2001:db8:1:2:ffff::1") and not Register(shop).wait("2001:db8:1:3::1")


def test_nothing_on_disk_lets_anybody_in(shop: Path, tokens: dict, door: TestClient) -> None:
    signed_in(door, tokens["viewer"])
    session = door.cookies[SESSION_COOKIE]
    held = b"".join(path.read_bytes() for path in (shop / ".web").rglob("*") if path.is_file())
    assert not [text for text in (*tokens.values(), session) if text.partition(".")[2].encode() in held and "." in text]
    assert session.encode() not in held
    assert stat.S_IMODE((shop / ".web").stat().st_mode) == 0o700
    assert stat.S_IMODE((shop / ".web" / "key").stat().st_mode) == 0o600


def test_the_log_says_what_happened_and_names_nobody(shop: Path, door: TestClient, tokens: dict) -> None:
    (shop / ".web" / "audit.jsonl").unlink(missing_ok=True)
    door.post("/sign-in", data={"csrf": csrf_of(door), "token": "0badc0de.guess"})
    signed_in(door, tokens["viewer"])
    assert door.get("/figures/overview/top_customers.csv").status_code == 200
    log = (shop / ".web" / "audit.jsonl").read_text(encoding="utf-8")
    entries = [json.loads(line) for line in log.splitlines()]
    assert [(entry["act"], entry["role"]) for entry in entries] == [
        ("sign_in_failed", "none"), ("sign_in", "viewer"), ("export", "viewer")]  # fmt: skip
    assert "testclient" not in log and "example.org" not in log and tokens["viewer"] not in log


# --- other sites -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
def test_what_another_site_sends_is_refused(door: TestClient, tokens: dict, headers: dict) -> None:
    signed_in(door, tokens["analyst"])
    token = csrf_of(door, "/overview")
    assert door.post("/sign-out", data={"csrf": token}, headers=headers).status_code == 403
    assert door.get("/overview").status_code == 200


@pytest.mark.parametrize("token", [None, "", "0" * 64, "é"], ids=str)
def test_a_change_needs_the_token_of_the_page(door: TestClient, tokens: dict, token: str | None) -> None:
    signed_in(door, tokens["analyst"])
    assert door.post("/sign-out", data={} if token is None else {"csrf": token}).status_code == 403
    good = csrf_of(door, "/overview")
    assert door.post("/sign-out", headers={"x-csrf-token": good, "origin": "http://localhost:8000"}).status_code == 303


def test_a_page_of_one_session_does_not_change_another(shop: Path, door: TestClient, tokens: dict) -> None:
    signed_in(door, tokens["analyst"])
    first = csrf_of(door, "/overview")
    other = signed_in(served(shop, sign_in=True), tokens["analyst"])
    assert other.post("/sign-out", data={"csrf": first}).status_code == 403


# --- hosts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_names_of_this_machine_are_known(host: str, tmp_path: Path) -> None:
    assert host_known(host, WebSettings(shop=tmp_path))


@pytest.mark.parametrize("host", ["", "evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "192.168.1.7", "[",
                                  "localhost@evil.example", "evil.example:8000"])  # fmt: skip
def test_other_names_are_refused_on_loopback(host: str, tmp_path: Path) -> None:
    assert not host_known(host, WebSettings(shop=tmp_path))


def test_a_rebound_name_gets_no_page(shop: Path) -> None:
    answer = served(shop).get("/overview", headers={"host": "evil.example"})
    assert answer.status_code == 421 and "toko" not in answer.text


def test_off_loopback_addresses_and_given_names_are_known(tmp_path: Path) -> None:
    settings = WebSettings(shop=tmp_path, host="0.0.0.0", names=("Shop.example",))  # noqa: S104 - nothing listens
    assert host_known("192.168.1.7:8000", settings) and host_known("shop.example", settings)
    assert not host_known("evil.example", settings)
    assert not settings.open


def test_settings_reach_workers_as_they_are(tmp_path: Path) -> None:
    settings = WebSettings(shop=tmp_path, host="::1", port=9, names=("a", "b"), sign_in=True)
    assert settings_from_json(settings.to_json()) == settings


# --- what a role sees ------------------------------------------------------------------------------------------------


def test_analysts_are_shown_the_report_that_can_be_mailed(shop: Path, door: TestClient, tokens: dict) -> None:
    html = served(shop).get("/overview?lang=en").text
    path = re.findall(r'href="([^"]+)" download', html)[0]
    assert "Download the report" in html and served(shop).get(path).headers["content-type"].startswith("text/html")
    seen = signed_in(door, tokens["viewer"]).get("/overview")
    assert seen.status_code == 200 and "/api/v1/report.html" not in seen.text


def test_viewers_are_shown_no_link_that_they_may_not_follow(shop: Path, door: TestClient, tokens: dict) -> None:
    seen = signed_in(door, tokens["viewer"])
    html = seen.get("/overview").text
    paths = {unescape(href) for href in re.findall(r'href="(/[a-z][^"#]*)"', html) if not href.startswith("/static")}
    assert "/start" not in paths and 'href="/start"' in served(shop).get("/overview").text
    assert {path: seen.get(path).status_code for path in paths if seen.get(path).status_code >= 400} == {}


def test_ids_that_are_e_mail_addresses_are_for_analysts_alone(tmp_path: Path) -> None:
    found = regulars.study(regulars.read(write_lines(tmp_path, customers=25, mail=True), language="en"))
    found.save(tmp_path / "toko")
    found.close()
    tokens = Register(tmp_path / "toko").new_tokens()
    for role, sees in (("viewer", False), ("analyst", True)):
        client = signed_in(served(tmp_path / "toko", sign_in=True), tokens[role])
        for path in ("/overview", "/overview?country=Japan", "/figures/overview/top_customers.csv"):
            text = client.get(path).text
            assert ("mail.example.org" in text) is sees, (role, path)
            assert ("p•••@•••" in text) is not sees


# --- the command -----------------------------------------------------------------------------------------------------


def started(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, *arguments: str) -> tuple[dict, str]:
    """How `regulars serve` would have started the server, and what it said."""
    seen: dict = {}
    monkeypatch.setattr("uvicorn.run", lambda _, **options: seen.update(options))
    monkeypatch.setenv("REGULARS_WEB", "")
    assert _guarded(["serve", *arguments]) == 0
    seen["settings"] = settings_from_json(os.environ["REGULARS_WEB"])
    return seen, capsys.readouterr().err


def test_on_this_machine_serve_makes_no_token(shop: Path, monkeypatch: pytest.MonkeyPatch,
                                              capsys: pytest.CaptureFixture) -> None:  # fmt: skip
    seen, said = started(monkeypatch, capsys, "--shop", str(shop), "--port", "8123")
    assert (seen["host"], seen["port"]) == ("127.0.0.1", 8123) and seen["settings"].open
    assert "http://127.0.0.1:8123" in said and "Token" not in said


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / ".web").write_text("", encoding="utf-8")
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: pytest.fail("served"))
    assert _guarded(["serve", "--shop", str(tmp_path)]) == 5
    assert ".web cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("how", [("--host", "0.0.0.0"), ("--sign-in",), ("--name", "shop.example")], ids=str)  # noqa: S104
def test_elsewhere_serve_shows_its_tokens_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, how: tuple[str, ...]
) -> None:
    seen, said = started(monkeypatch, capsys, "--shop", str(tmp_path), *how)
    assert not seen["settings"].open
    tokens = re.findall(r": ([0-9a-f]{8}\.\S+)$", said, re.MULTILINE)
    assert [Register(tmp_path).role_of(token) for token in tokens] == ["viewer", "analyst"]
    assert ("HTTPS" in said) is ("--host" in how)
    _, again = started(monkeypatch, capsys, "--shop", str(tmp_path), *how)
    assert not re.findall(r"[0-9a-f]{8}\.\S{20}", again)
    _, anew = started(monkeypatch, capsys, "--shop", str(tmp_path), *how, "--new-tokens")
    assert tokens[0] not in anew and Register(tmp_path).role_of(tokens[0]) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - nothing listens
@pytest.mark.parametrize("names", [(), ("shop.example",)], ids=str)
@pytest.mark.parametrize("network", [True, False])
def test_a_server_on_all_addresses_names_one_that_a_colleague_can_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, names: tuple[str, ...], network: bool
) -> None:
    if not network:
        monkeypatch.setattr("socket.socket.connect", lambda *_: (_ for _ in ()).throw(OSError))
    shown = _typed(host, names)
    assert shown not in {"0.0.0.0", "::"} and shown == (names[0] if names else shown)  # noqa: S104
    address = f"[{shown}]:8000" if ":" in shown else f"{shown}:8000"
    assert host_known(address, WebSettings(shop=tmp_path, host=host, names=names))
    assert _typed("127.0.0.1", names) == "127.0.0.1"
