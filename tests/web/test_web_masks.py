"""What a viewer never sees, whichever column it stands in and whichever address is asked: names, addresses, numbers."""

import csv
import re
import time
from contextlib import closing
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from starlette.testclient import TestClient

import regulars
from regulars.engine import DuckEngine, step_sql
from regulars.web.faces import shown_to
from regulars.web.masks import MASK, TELEPHONE, id_hidden
from regulars.web.opened import Shelf
from regulars.web.register import Register
from regulars.web.settings import WebSettings
from web.shops import served

SECRET = re.compile(r"secretly|62812[0-9]|Jalan", re.IGNORECASE)
ODD = ("_lead@secretly.example", "ünal@secretly.example", "o'brien@secretly.example", "x!y#z@secretly.example",
       "ani@secretly", f"{'n' * 70}@secretly.example", '"two words"@secretly.example')  # fmt: skip
IDS = {
    "Customer ID": lambda i: ODD[i] if i < len(ODD) else f"person.{i}@secretly.example",
    "No HP": lambda i: f"+62812{i:07d}",
    "Nama Pembeli": lambda i: f"Secretly {chr(65 + i)}uryani",
    "Member": lambda i: f"M{i}",
}


def orders(path: Path, header: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file)
        write.writerow(["Order ID", header, "Order Date", "Product", "Country", "Quantity", "Price"])
        for i in range(24):
            day, n = date(2023, 1, 2) + timedelta(days=i), 0
            while day < date(2024, 1, 1):
                n += 1
                write.writerow([f"O{i}-{n}", IDS[header](i), day, ["Tea", "Cup", "Pot"][(i + n) % 3],
                                ["Japan", "Malaysia"][i % 2], 1 + n % 3, f"{5 + i}.50"])  # fmt: skip
                day += timedelta(days=20 + i * 7 % 60)
    return path


def people(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file)
        write.writerow(["Member", "Nama Lengkap", "Alamat Email", "WhatsApp", "Alamat", "Age", "Profession"])
        for i in range(24):
            write.writerow([f"M{i}", f"Secretly {i}", f"p{i}@secretly.example", f"+62812{i:07d}", f"Jalan Mawar {i}",
                            20 + i, ["Guru", "Dokter"][i % 2]])  # fmt: skip
    return path


@pytest.fixture(scope="module", params=[*IDS])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose ids are personal, or whose customer table is."""
    folder = tmp_path_factory.mktemp("masks")
    lines = regulars.read(orders(folder / "orders.csv", request.param), language="en", currency="USD")
    table = regulars.read_customers(people(folder / "people.csv")) if request.param == "Member" else None
    with closing(regulars.study(lines, customers=table) if table else regulars.study(lines)) as done:
        done.save(folder / "toko")
    return folder / "toko"


@pytest.fixture
def viewer(shop: Path) -> TestClient:
    return client(shop, "viewer")


def client(shop: Path, role: str) -> TestClient:
    token = Register(shop).new_tokens()[role]  # type: ignore[index]
    made = served(shop, sign_in=True)
    made.headers["authorization"] = f"Bearer {token}"
    return made


def test_no_address_that_a_page_names_shows_a_viewer_who_somebody_is(viewer: TestClient) -> None:
    waiting = ["/overview", "/overview?country=Japan", "/customers", "/customers?sort=customer_id&order=up",
               "/customers.csv", "/products/Tea", "/segments/map", "/segments/map/3", "/customers?at=1", "/quality",
               "/figures/overview/top_customers.csv", "/api/v1/customers?limit=500", "/api/v1/overview",
               "/api/v1/overview?country=Japan", "/api/v1/quality", "/api/v1/segments", "/nowhere"]  # fmt: skip
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        answer = viewer.get(path)
        seen.add(path)
        assert answer.status_code in {200, 303, 404}, path
        text = unescape(unquote(answer.text + answer.headers.get("location", "")))
        assert not SECRET.search(text), (path, SECRET.search(text))
        found = {unescape(at) for at in re.findall(r'href="(/(?:customers|products)[^"]*)"', answer.text)}
        waiting += sorted(found - seen - set(waiting))[: 40 - len(seen)]


def test_a_viewer_finds_nobody_by_what_is_hidden(shop: Path, viewer: TestClient) -> None:
    named = Shelf(WebSettings(shop=shop)).opened(None).engine.rows("select customer_id from customers limit 9")
    for id_ in [row["customer_id"] for row in named]:
        if id_ == "M0" or not id_hidden(Shelf(WebSettings(shop=shop)).opened(None).study, id_):
            continue
        for path in ("/customers/{}", "/customers?id={}", "/api/v1/customers/{}", "/api/v1/recommendations/{}"):
            assert viewer.get(path.format(quote(id_, safe=""))).status_code == 404
        assert viewer.get("/api/v1/customers", params={"search": id_[:9]}).json()["total"] == 0


def test_an_analyst_sees_who_everybody_is_and_one_answer_is_not_kept_for_the_other(shop: Path) -> None:
    both = Register(shop).new_tokens()
    door = served(shop, sign_in=True)
    tags = {}
    for role in ("viewer", "analyst"):
        answer = door.get("/api/v1/overview", headers={"authorization": f"Bearer {both[role]}"})  # type: ignore[index]
        tags[role] = answer.headers["etag"]
    names = [row["name"] for row in answer.json()["overview"]["top_customers"]]
    assert MASK not in "".join(names) and len(set(names)) == len(names)
    assert tags["viewer"] != tags["analyst"]


TEXTS = ("ani@toko.id", "+62 812-3456-789", "08123456789", "0062 812 345 678", "C17", "12346", "0001234567",
         "2011-12-09", "+1", "(021) 555", "1234567890", "081234", "+6281234567890123456", "a\nb@c.de")  # fmt: skip


def test_what_a_list_finds_by_is_hidden_as_ids_are(shop: Path) -> None:
    found = next(line for line in step_sql("web/listed").splitlines() if "regexp_matches" in line)
    assert f"'{TELEPHONE}'" in found
    study = Shelf(WebSettings(shop=shop)).opened(None).study
    if id_hidden(study, "C17"):
        return
    with DuckEngine() as engine:
        engine.put("ids", {"id": "VARCHAR"}, [(text,) for text in TEXTS])
        query = f"select id from ids where contains(id, '@') or regexp_matches(id, '{TELEPHONE}')"
        assert {row["id"] for row in engine.rows(query)} == {text for text in TEXTS if id_hidden(study, text)}
    assert [text for text in TEXTS if id_hidden(study, text)] == [*TEXTS[:4], TEXTS[-1]]


def test_addresses_in_a_text_are_masked_and_the_text_stays_whole() -> None:
    assert (
        shown_to("viewer", r'{"a":"\u003cani@toko.id\nbudi@toko.id"}')
        == rf'{{"a":"\u003ca{MASK}@{MASK}\nb{MASK}@{MASK}"}}'
    )
    assert shown_to("viewer", "ask _x.y@toko.co.id, Ünal@toko.id") == f"ask _{MASK}@{MASK}, Ü{MASK}@{MASK}"
    assert shown_to("viewer", "2 @ 5.50, @home, a@b") == "2 @ 5.50, @home, a@b"
    assert shown_to("analyst", "ani@toko.id") == "ani@toko.id"


@pytest.mark.parametrize("text", ["a." * 200_000, "a@" * 200_000, "a@b." * 100_000, "-" * 400_000, "\\" * 400_000])
def test_a_name_of_any_length_is_searched_for_addresses_at_once(text: str) -> None:
    began = time.process_time()
    shown_to("viewer", text)
    assert time.process_time() - began < 5
