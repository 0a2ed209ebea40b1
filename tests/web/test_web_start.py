"""The start page and its API: a file arrives, is shown as read, corrected, run, watched; and what is refused."""

import csv
import io
import json
import re
import time
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import xlsxwriter
from markupsafe import escape
from starlette.datastructures import FormData
from starlette.testclient import TestClient

import regulars
from regulars.locale import LANGUAGES, words
from regulars.schema import NAMES
from regulars.settings import Settings
from regulars.shop import open_shop
from regulars.web.bodies import FORM
from regulars.web.jobs import Asked, Jobs, Told, write
from regulars.web.looks import Seen, Wanted, look
from regulars.web.register import Register
from regulars.web.start import corrected, kept_settings
from regulars.web.start_view import reading
from report.make_study import HOSTILE
from web.shops import served, write_lines

TABLE = "Member,Age,Gender,Income\n" + "".join(f"C{i},{20 + i},{'MF'[i % 2]},{1000 + i * 37}\n" for i in range(25))
INSTEAD = {"errors", "layout", "reading", "findings"}
EVIL = "<img src=x onerror=alert(1)>.csv"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return served(tmp_path / "toko")


@pytest.fixture
def lines(tmp_path: Path) -> bytes:
    return write_lines(tmp_path, customers=25).read_bytes()


def put(client: TestClient, data: bytes, name: str = "orders.csv") -> str:
    answer = client.put("/api/v1/uploads", params={"name": name}, content=data)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def csrf_of(client: TestClient, path: str = "/start") -> str:
    found = re.search(r'name="csrf" (?:content|value)="([0-9a-f]+)"', client.get(path).text)
    assert found
    return found[1]


def post(client: TestClient, path: str, **fields: Any) -> httpx.Response:
    return client.post(path, data={"csrf": csrf_of(client), **fields})


def ended(client: TestClient, where: str) -> str:
    """The page of a job once it has ended."""
    jobs = Jobs(client.app.state.settings.shop)  # type: ignore[attr-defined]
    key = where.rpartition("/")[2]
    last = time.monotonic() + 60
    while not jobs.get(key).ended:
        assert time.monotonic() < last
        time.sleep(0.05)
    return client.get(where).text


def seen(tmp_path: Path, data: str, settings: Settings | None = None) -> Seen:
    """What a look finds in a file, in this process; as it is read back from JSON."""
    path = tmp_path / "a1b2"
    path.write_text(data, encoding="utf-8")
    wanted = Wanted(orders=(path,), customers=None, names={"a1b2": EVIL}, settings=settings or Settings(), sort=True)
    return msgspec.json.decode(msgspec.json.encode(look(wanted)), type=Seen)


# --- the journey without scripts -------------------------------------------------------------------------------------


def test_without_a_script_a_form_sends_the_files_and_leads_to_the_result(client: TestClient, lines: bytes) -> None:
    files = [("file", (EVIL, lines)), ("file", ("orang.csv", TABLE.encode()))]
    answer = client.post("/start/uploads", data={"csrf": csrf_of(client)}, files=files)
    assert answer.status_code == 303, answer.text
    look_at = answer.headers["location"]
    html = ended(client, look_at)
    assert "&lt;img src=x onerror=alert(1)&gt;.csv" in html and "<img" not in html
    assert 'name="map.ordered_at"' in html and "orang.csv" in html
    kinds = re.findall(r'name="(kind\.\w+)".*?value="(\w+)" selected', html, re.DOTALL)
    assert [kind for _, kind in kinds] == ["orders", "customers"]
    again = post(client, f"{look_at}/run", **dict(kinds), currency="IDR", returns="net", as_of="2023-10-01")
    assert again.status_code == 303, again.text
    html = ended(client, again.headers["location"])
    assert "/?study=2023-10-01" in html and "The analysis is done" in html
    study = open_shop(client.app.state.settings.shop).load()  # type: ignore[attr-defined]
    assert (study.currency, str(study.as_of)) == ("IDR", "2023-10-01")
    assert study.people and study.people.matched == 25
    assert [file.name for file in study.inputs] == [EVIL, "orang.csv"]
    assert 'href="/?study=2023-10-01"' in client.get("/start").text
    progress = client.get(f"{again.headers['location']}/progress")
    assert progress.headers["hx-redirect"] == "/?study=2023-10-01"
    assert client.get(f"{look_at}/progress").headers["hx-refresh"] == "true"
    audit = (client.app.state.settings.shop / ".web" / "audit.jsonl").read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert [json.loads(line)["act"] for line in audit.splitlines()] == ["upload", "run"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("price", "code"), [("Rp 85.000", "IDR"), ("$2.50", "USD"), ("2.50", None)])
def test_the_first_file_of_a_new_shop_says_its_currency(
    client: TestClient, language: Any, price: str, code: str | None
) -> None:
    """A look that nothing was asked for, of a shop without settings; then one for which a currency was chosen."""
    say = words(language)
    rows = "".join(f"{i},C{i % 7},2024-0{1 + i % 9}-11,Teh,{price}\n" for i in range(40))
    key = put(client, f"order_id,customer_id,order_date,product,price\n{rows}".encode())
    client.cookies.set("lang", language)
    where = post(client, "/start/looks", upload=key).headers["location"]
    html = ended(client, where)
    found = say("web_start.settings.currency_found", code=code) if code else say("web_start.settings.currency_unknown")
    assert f'<option value="" selected>{found}</option>' in html
    again = post(client, f"{where}/look", currency="EUR").headers["location"]
    html = ended(client, again)
    assert '<option value="EUR" selected>' in html
    assert f'<option value="">{say("web_start.look.as_recognised")}</option>' in html
    ran = post(client, f"{where}/run").headers["location"]
    assert "/?study=2024-" in ended(client, ran)
    assert open_shop(client.app.state.settings.shop).load().currency == code  # type: ignore[attr-defined]


def test_what_is_wrong_is_a_sentence_and_a_way_back(client: TestClient) -> None:
    answer = client.post("/start/uploads", data={"csrf": csrf_of(client)}, files=[("file", ("a.csv", b"%PDF-1.7 "))])
    assert (answer.status_code, "a.csv is a PDF file" in answer.text, 'href="/start"' in answer.text) == (
        422,
        True,
        True,
    )
    assert post(client, "/start/uploads").status_code == 422
    assert post(client, "/start/looks", upload="0" * 32).status_code == 422
    for path in (f"/start/{'0' * 32}", "/start/nonsense", f"/start/{'0' * 32}/progress"):
        assert client.get(path).status_code == 404
    assert post(client, f"/start/{'0' * 32}/run").status_code == 422


def test_columns_that_were_not_recognised_are_asked_for(client: TestClient) -> None:
    rows = "".join(f"{i % 9},2024-0{1 + i % 9}-11,{5 + i}.50,{i}\n" for i in range(40))
    key = put(client, ("siapa,kapan itu,uang,foo\n" + rows).replace("kapan itu", "x1").encode())
    where = post(client, "/start/looks", upload=key).headers["location"]
    html = ended(client, where)
    assert 'class="missing"' in html and 'role="alert"' in html and "--map" not in html
    assert f'formaction="{where}/look"' in html
    fields = {"map.customer_id": "siapa", "map.ordered_at": "x1", "map.amount": "uang"}
    again = post(client, f"{where}/look", **fields).headers["location"]
    html = ended(client, again)
    assert 'class="missing"' not in html
    assert re.search(r'name="map.customer_id".*?<option value="siapa" selected', html, re.DOTALL)
    refused = post(client, f"{again}/run", as_of="tomorrow")
    assert refused.status_code == 422 and again in refused.text and "is no day" in refused.text


def test_names_that_attack_are_shown_as_text(client: TestClient) -> None:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["order_id", "customer_id", "order_date", "product", "amount", *HOSTILE[:6]])
    for i in range(24):
        rows.writerow([i, f"C{i % 5}", f"2024-01-{1 + i:02}", HOSTILE[i % 8], 5 + i, *HOSTILE[:6]])
    key = put(client, out.getvalue().encode(), HOSTILE[3])
    html = ended(client, post(client, "/start/looks", upload=key).headers["location"])
    assert 'class="look"' in html
    assert "<img src=x" not in html and "<script>alert" not in html
    assert all(str(escape(text[:24])) in html for text in HOSTILE[:4])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_later_study_says_whose_cut_points_it_keeps_and_may_learn_anew(
    client: TestClient, tmp_path: Path, language: Any
) -> None:
    say, lines = words(language), write_lines(tmp_path).read_bytes()
    client.cookies.set("lang", language)
    where = post(client, "/start/looks", upload=put(client, lines)).headers["location"]
    assert 'name="refit"' not in ended(client, where)  # there is nothing yet to keep
    ended(client, post(client, f"{where}/run", as_of="2023-07-01").headers["location"])
    assert 'class="period">' not in client.get("/segments").text
    html = ended(client, where)
    assert 'name="refit"' in html and str(escape(say("web_start.settings.refit"))) in html
    ended(client, post(client, f"{where}/run", as_of="2023-10-01").headers["location"])
    days = {"scores": say.day("2023-07-01"), "clusters": say.day("2023-07-01")}
    for path in ("/segments", "/clusters"):
        html = client.get(path).text
        assert str(escape(say("web_start.learned.both", **days))) in html and say("web_start.settings.refit") in html
        assert "--refit" not in html
    ended(client, post(client, f"{where}/run", as_of="2023-10-01", refit="1").headers["location"])
    study = open_shop(client.app.state.settings.shop).load()  # type: ignore[attr-defined]
    assert study.frozen and study.frozen.scores.on == study.as_of
    assert 'class="period">' not in client.get("/segments").text


# --- what is asked for -----------------------------------------------------------------------------------------------


def test_next_products_are_made_by_a_click_and_a_run_that_removes_them_says_so(
    client: TestClient, lines: bytes, tmp_path: Path
) -> None:
    """A run of the same day took the lists away without a word, and nothing but a terminal could make them again."""
    look = post(client, "/start/looks", upload=put(client, lines)).headers["location"]
    assert "Next products have been made" not in ended(client, look)
    ended(client, post(client, f"{look}/run").headers["location"])
    assert 'href="/recommend' not in client.get("/overview").text
    for page in ("/start", "/recommend"):
        assert "Make the lists" in client.get(page).text
    day = open_shop(tmp_path / "toko").load().folder
    made = post(client, "/start/lists", study=day)
    assert "The lists are made" in ended(client, made.headers["location"])
    leads = client.get(f"{made.headers['location']}/progress").headers["hx-redirect"]
    assert leads == f"/recommend?study={day}" and "Make the lists" not in client.get(leads).text
    assert 'href="/recommend' in client.get("/overview").text and "Make the lists" not in client.get("/start").text

    look = post(client, "/start/looks", upload=put(client, lines)).headers["location"]
    assert "Next products have been made for studies up to" in ended(client, look)
    done = post(client, f"{look}/run").headers["location"]
    said = ended(client, done)
    assert "The earlier study of this day had next products" in said and "Make the lists" in said
    assert "hx-redirect" not in client.get(f"{done}/progress").headers, "nobody is led past what it says"
    assert client.get(f"/api/v1/runs/{done.rpartition('/')[2]}").json()["lists_gone"] is True


def test_lists_are_made_of_studies_that_there_are_by_those_who_may(client: TestClient, tmp_path: Path) -> None:
    for day in ("", "2020-01-01", "../..", "<b>"):
        assert post(client, "/start/lists", study=day).status_code == 422
    assert client.post("/start/lists", data={"study": "2020-01-01"}).status_code == 403
    assert not Jobs(tmp_path / "toko").all()


def test_only_what_was_corrected_is_given(tmp_path: Path) -> None:
    found = seen(tmp_path, write_lines(tmp_path, customers=9).read_text(encoding="utf-8"))
    assert found.orders
    as_read = {f"map.{mapped.column}": mapped.header for mapped in found.orders.layout.mapping}
    nothing = {f"map.{column}": "" for column in NAMES} | as_read
    asked = Asked(kind="look", orders=("a1b2",), sort=True)
    assert corrected(asked, found, FormData(nothing)).settings == {}
    changed = corrected(
        asked, found, FormData(nothing | {"map.category": "product", "map.profit": "", "currency": "IDR"})
    )
    assert changed.settings == {"map": {"category": "product", "profit": ""}, "currency": "IDR"}
    assert not changed.sort
    # what was given before stays given, until it is taken back
    again = corrected(changed, found, FormData(nothing | {"map.category": "product"}))
    assert again.settings["map"]["category"] == "product"


def test_a_file_without_lines_is_said_at_once(client: TestClient) -> None:
    key = put(client, b"order_id,customer_id,order_date,product,price\n")
    html = ended(client, post(client, "/start/looks", upload=key).headers["location"])
    assert "orders.csv holds no rows" in html and "Run the analysis" not in html and 'href="/start"' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_will_count_is_said_before_the_run(tmp_path: Path, language: Any) -> None:
    say = words(language)
    rows = write_lines(tmp_path, customers=9).read_text(encoding="utf-8").splitlines()
    found = seen(tmp_path, "\n".join([*rows, rows[-1]]))
    told = reading(found, {}, say).account
    assert told and len(told.told) == 1 and say.number(len(rows)) in told.told[0]
    assert (say("reasons.duplicate"), "1") in [row[:2] for row in told.table.rows]
    assert reading(seen(tmp_path, TABLE), {}, say).account is None


@pytest.mark.parametrize("language", ["en", "id"])
def test_where_no_line_would_count_it_is_said_first_and_no_run_is_offered(client: TestClient, language: Any) -> None:
    rows = "".join(f"O{i},C{i % 9},2024-0{1 + i % 9}-11,Tea,2,4.50\n" for i in range(40))
    key = put(client, f"order_id,customer_id,order_date,product,quantity,price\n{rows}".encode())
    where = post(client, "/start/looks", upload=key).headers["location"]
    assert f'action="{where}/run"' in ended(client, where)
    again = post(client, f"{where}/look", **{"map.ordered_at": "product"}).headers["location"]
    ended(client, again)
    html = client.get(f"{again}?lang={language}").text
    say = words(language)
    said = say("web_start.look.nothing", of=40, n=40, reason=say("reasons.no_date"))
    assert said in unescape(html) and unescape(html).index(said) < html.index('id="files-title"')
    assert say("web_start.look.run") + "</button>" not in html


def test_what_a_column_of_the_customer_table_holds_is_corrected_and_kept(client: TestClient) -> None:
    """Fields are named by place: a header may hold anything. What was said stands in the study, and is kept."""
    evil = "<b>{{7*7}}</b>"
    rows = "".join(f"C{i},{i % 3},{20 + i % 40},{i * 37 % 90}\n" for i in range(60))
    key = put(client, f"Member,{evil},Age,Points\n{rows}".encode(), "people.csv")
    where = post(client, "/start/looks", upload=key).headers["location"]
    html = ended(client, where)
    assert re.findall(r'<option value="(\w+)" selected>', html.partition('name="column.0"')[2])[0] == "number"
    again = post(client, f"{where}/look", **{"column.0": "category", "column.1": "number"}).headers["location"]
    html = ended(client, again)
    assert re.findall(r'<option value="(\w+)" selected>', html.partition('name="column.0"')[2])[0] == "category"
    ran = post(client, f"{again}/run", **{"column.0": "category"}).headers["location"]
    assert "/?study=undated" in ended(client, ran)
    study = open_shop(client.app.state.settings.shop).load("undated")  # type: ignore[attr-defined]
    assert study.settings.kinds == {evil: "category"} and study.people
    assert [(a.kind, a.said) for a in study.people.attributes if a.header == evil] == [("category", True)]
    assert kept_settings(Jobs(client.app.state.settings.shop))["kinds"] == {evil: "category"}  # type: ignore[attr-defined]
    told = client.post("/api/v1/runs", json={"customers": key, "settings": {"kinds": {"Age": "numbr"}}})
    assert (told.status_code, told.json()["error"]["code"]) == (422, "settings_kind")


def test_a_column_that_is_said_not_to_be_there_is_left_alone(tmp_path: Path) -> None:
    data = write_lines(tmp_path, customers=9).read_text(encoding="utf-8")
    found = seen(tmp_path, data, Settings(map={"profit": "", "category": ""}))
    assert found.orders
    assert {"profit", "category"} & {mapped.column for mapped in found.orders.layout.mapping} == set()
    assert {"profit", "category"} <= set(found.orders.layout.attributes)


def test_a_file_may_be_taken_for_the_other_kind(tmp_path: Path) -> None:
    found = seen(tmp_path, TABLE)
    assert [(file.kind, file.name, file.upload) for file in found.files] == [("customers", EVIL, "a1b2")]
    asked = corrected(Asked(kind="look", orders=("a1b2",)), found, FormData({"who": "Age"}))
    assert (asked.orders, asked.customers, asked.who) == ((), "a1b2", "Age")
    asked = corrected(asked, found, FormData({"kind.a1b2": "orders", "who": "Age"}))
    assert (asked.orders, asked.customers, asked.who) == (("a1b2",), None, None)


def test_what_was_corrected_once_is_kept_for_the_next_file(client: TestClient, tmp_path: Path) -> None:
    jobs = Jobs(client.app.state.settings.shop)  # type: ignore[attr-defined]
    assert kept_settings(jobs) == {}
    settings = {"map": {"ordered_at": "x1", "category": ""}, "currency": "IDR", "as_of": "2024-02-01"}
    for key, state in (("a", "done"), ("b", "failed")):
        (jobs.folder / (key * 32)).mkdir()
        write(jobs.folder / (key * 32) / "asked.json", Asked(kind="run", settings=settings if key == "a" else {}))
        write(jobs.folder / (key * 32) / "told.json", Told(state=state, pid=1))
    assert kept_settings(jobs) == {"map": settings["map"], "currency": "IDR"}


@pytest.mark.parametrize("there", [True, False])
def test_kept_columns_that_are_not_there_are_recognised_anew(tmp_path: Path, there: bool) -> None:
    path = tmp_path / "a1b2"
    path.write_text(write_lines(tmp_path, customers=9).read_text(encoding="utf-8"), encoding="utf-8")
    given = Settings(map={"category": "name" if there else "Jenis"}, currency="IDR")
    wanted = Wanted(
        orders=(path,), customers=None, names={}, settings=given, sort=True, otherwise=Settings(currency="IDR")
    )
    found = look(wanted)
    assert found.orders and found.problem is None
    assert (found.dropped, found.orders.layout.header_of("category")) == (
        (False, "name") if there else (True, "category")
    )
    asked = Asked(kind="look", orders=("a1b2",), settings={"map": {"category": "Jenis"}}, sort=True)
    fields = {f"map.{mapped.column}": mapped.header for mapped in found.orders.layout.mapping}
    assert ("map" in corrected(asked, found, FormData(fields)).settings) == there


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reading_says_everything_by_locale(tmp_path: Path, language: Any) -> None:
    data = write_lines(tmp_path, customers=9).read_text(encoding="utf-8")
    shown = reading(seen(tmp_path, data), {}, words(language))
    by = {row.column: row for row in (*shown.columns, *shown.others)}
    assert set(by) == set(NAMES) and shown.ready and shown.table is None
    assert [row.column for row in shown.columns[:2]] == ["customer_id", "ordered_at"]
    assert by["unit_price"].header == "price" and by["unit_price"].examples
    assert all("," in text or "." not in text for text in by["unit_price"].examples) or language == "en"
    assert shown.files[0].name == EVIL and shown.grids[0].rows
    table = reading(seen(tmp_path, TABLE), {}, words(language))
    assert table.table and table.table.id_header == "Member" and table.columns == ()
    assert table.grids[0].rows[0][:2] == ("C0", "20")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_of_this_page_stands_for_one_that_there_is(language: Any) -> None:
    """`web_start.findings.x.fix` is said instead of `findings.x.fix`, and knows no more than that does."""
    say = words(language)
    ours = {key: text for key, text in say.under("web_start").items() if key.split(".")[1] in INSTEAD}
    assert len(ours) > 20
    for key, text in ours.items():
        usual = key.removeprefix("web_start.")
        assert say.has(usual), key
        assert fields(text) <= fields(say.under(usual.rpartition(".")[0])[usual]), key
        assert "--" not in text, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_name_what_to_click(language: Any) -> None:
    """A text of the dashboard stands for one that names flags; it names none, unless a terminal is the only way."""
    say = words(language)
    form = {*say.under("web_start").values(), say("web.nav.start"), say("report.nav.quality")}
    for key, text in say.under("dashboard").items():
        usual = key.removeprefix("dashboard.")
        assert fields(text) <= fields(say.under(usual.rpartition(".")[0])[usual]), key
        assert "--" not in (re.sub(r"\([^)]*\)", "", text) if "terminal" in text else text), key
        assert set(re.findall("“([^{”]+)”", text)) <= form, key
    areas = ("findings", "layout", "reading", "charts", "people", "value", "retention", "moves", "plain", "compare",
             "bundles")  # fmt: skip
    flags = [key for area in areas for key, text in say.under(area).items() if "--" in text and ".cli." not in key]
    assert len(flags) > 40 and [key for key in flags if not say.has(f"dashboard.{key}")] == []


def fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)", text))


def test_all_values_of_a_status_are_shown(tmp_path: Path) -> None:
    rows = "".join(f"{i},C{i % 7},2024-01-{1 + i % 9:02},5,{'Retur' if i > 37 else 'Selesai'}\n" for i in range(40))
    found = seen(tmp_path, f"order_id,customer_id,order_date,amount,status\n{rows}")
    shown = reading(found, {}, words("id"))
    by = {row.column: row for row in (*shown.columns, *shown.others)}
    assert by["status"].examples == ("Selesai", "Retur")


def test_a_sheet_is_chosen_by_name(client: TestClient) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, times in (("Mei", 2), ("Juni", 9)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["order_id", "customer_id", "order_date", "amount", name])
            for row in range(1, times):
                sheet.write_row(row, 0, [row, f"C{row % 3}", f"2024-0{row}-03", 5.5, 1])
    key = put(client, out.getvalue(), "pesanan.xlsx")
    where = post(client, "/start/looks", upload=key).headers["location"]
    html = ended(client, where)
    assert 'name="sheet"' in html and "of 2 sheets" in html and "--sheet" not in html
    again = post(client, f"{where}/look", sheet="Mei").headers["location"]
    assert "1 row" in ended(client, again) and 'value="Mei"' in client.get(again).text
    wrong = post(client, f"{where}/look", sheet="Juli").headers["location"]
    html = ended(client, wrong)
    assert "It has: Mei, Juni" in html and f'href="{where}"' in html


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("held", [b"", b'{"files":', b'{"files": 7}', b"\xff"])
def test_a_look_that_is_damaged_or_of_another_version_is_not_found(
    client: TestClient, tmp_path: Path, held: bytes
) -> None:
    place = Jobs(tmp_path / "toko").folder / ("a" * 32)
    place.mkdir()
    write(place / "asked.json", Asked(kind="look"))
    write(place / "told.json", Told(state="done", pid=1))
    (place / "seen.json").write_bytes(held)
    assert client.get(f"/start/{'a' * 32}").status_code == 404
    assert post(client, f"/start/{'a' * 32}/run").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_studies_in_two_currencies_are_said_not_to_be_compared(tmp_path: Path, language: Any) -> None:
    shop, path = tmp_path / "toko", write_lines(tmp_path)
    for day, currency in (("2023-01-01", None), ("2024-01-01", "GBP")):
        found = regulars.study(regulars.read(path, currency=currency, as_of=date.fromisoformat(day)),
                               earlier=shop if shop.exists() else None)  # fmt: skip
        found.save(shop)
        found.close()
    client = served(shop)
    why = words(language)("errors.moves_apart", before="2023-01-01", first="–", day="2024-01-01", second="GBP")
    for page, status in (("/start", 200), ("/moves", 404)):
        answer = client.get(f"{page}?lang={language}")
        assert answer.status_code == status and why in unescape(answer.text)
    next(shop.glob("studies/2023-01-01/study.json")).write_text("{", encoding="utf-8")
    assert served(shop).get("/start").status_code == 200  # an earlier study that is damaged hinders no new one


def test_a_form_needs_the_token_of_its_page(client: TestClient) -> None:
    for path in ("/start/looks", "/start/uploads", f"/start/{'0' * 32}/cancel"):
        assert client.post(path, data={"upload": "0" * 32}).status_code == 403
    evil = {"origin": "https://evil.example"}
    assert client.put("/api/v1/uploads", content=b"x", headers=evil).status_code == 403


def test_viewers_may_look_at_studies_but_not_run_them(tmp_path: Path) -> None:
    shop = tmp_path / "toko"
    shop.mkdir()
    tokens = Register(shop).new_tokens()
    door = served(shop, sign_in=True)
    bearer = {"authorization": f"Bearer {tokens['viewer']}"}
    assert door.get("/start", headers=bearer).status_code == 403
    assert door.put("/api/v1/uploads", content=b"a,b\n", headers=bearer).status_code == 403
    assert door.post("/api/v1/runs", json={"uploads": ["0" * 32]}, headers=bearer).status_code == 403
    bearer = {"authorization": f"Bearer {tokens['analyst']}"}
    assert door.put("/api/v1/uploads", content=b"a,b\n", headers=bearer).status_code == 201
    # who may not upload sends no large body either: it is not even gathered
    large = door.post("/start/uploads", files=[("file", ("a.csv", b"x" * 2 * FORM))])
    assert large.status_code in {401, 403, 413}


def test_a_body_is_cut_off_at_its_limit(tmp_path: Path) -> None:
    client = served(tmp_path / "toko", upload_limit=1_000)
    answer = client.put("/api/v1/uploads", content=b"x" * 1_001)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "upload_too_large")
    answer = client.put("/api/v1/uploads", content=(b"x" * 100 for _ in range(11)))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "upload_too_large")
    answer = client.post("/start/uploads", data={"csrf": csrf_of(client)}, files=[("file", ("a", b"x" * FORM))])
    assert answer.status_code == 413
    assert client.post("/start/looks", data={"csrf": "x" * FORM, "upload": "y"}).status_code == 413
    assert not list((tmp_path / "toko" / ".web" / "uploads").iterdir())


# --- the API ---------------------------------------------------------------------------------------------------------


def test_a_program_sends_a_file_and_watches_its_run(client: TestClient, lines: bytes) -> None:
    key = put(client, lines, "../a/orders.csv")
    told = client.get(f"/api/v1/uploads/{key}").json()
    assert (told["name"], told["kind"], told["bytes"], told["until"] - told["at"]) == (
        "orders.csv", "text", len(lines), 7 * 86_400)  # fmt: skip
    answer = client.post("/api/v1/runs", json={"uploads": [key], "settings": {"currency": "EUR"}})
    assert answer.status_code == 202, answer.text
    run = answer.headers["location"]
    assert client.delete(f"/api/v1/uploads/{key}").status_code == 409
    ended(client, f"/start/{run.rpartition('/')[2]}")
    told = client.get(run).json()
    assert (told["state"], told["progress"], told["error"]) == ("done", 1.0, None)
    assert told["study"] and [step["stage"] for step in told["log"]][:2] == ["read", "clean"]
    assert client.post(f"{run}/cancel").json() == told
    assert client.delete(f"/api/v1/uploads/{key}").status_code == 204
    assert client.get(f"/api/v1/uploads/{key}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"uploads": []}, 422, "nothing_uploaded"), ({"uploads": ["/etc/passwd"]}, 422, "invalid"),
        ({"uploads": ["../" + "0" * 29]}, 422, "invalid"), ({"uploads": ["0" * 32]}, 404, "upload_unknown"),
        ({"path": "/etc/passwd"}, 422, "invalid"),
        ({"uploads": ["KEY"], "settings": {"path": "x"}}, 422, "settings_unknown"),
        ({"uploads": ["KEY"], "settings": {"mapping": 1}}, 422, "settings_unknown"),
        ({"uploads": ["KEY"], "settings": {"map": ["x"]}}, 422, "settings_expected.table"),
        ({"uploads": ["KEY"], "settings": {"kinds": {"a": 1}}}, 422, "settings_expected.table"),
        ({"uploads": ["KEY"], "settings": {"as_of": "soon"}}, 422, "settings_expected.day"),
        ({"uploads": ["KEY"], "settings": {"language": "xx"}}, 422, "settings_choice"),
    ],
)  # fmt: skip
def test_a_run_that_cannot_be_is_refused_before_it_runs(client: TestClient, body: Any, status: int, code: str) -> None:
    key = put(client, b"a,b\n1,2\n")
    asked = json.loads(json.dumps(body).replace("KEY", key))
    answer = client.post("/api/v1/runs", json=asked)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert Jobs(client.app.state.settings.shop).all() == []  # type: ignore[attr-defined]


def test_a_look_is_no_run(client: TestClient) -> None:
    key = put(client, b"a,b\n1,2\n")
    where = post(client, "/start/looks", upload=key).headers["location"].rpartition("/")[2]
    assert client.get(f"/api/v1/runs/{where}").status_code == 404
    assert client.post(f"/api/v1/runs/{where}/cancel").status_code == 404
    ended(client, f"/start/{where}")


def test_the_document_describes_uploads_and_runs(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    paths = {
        "/api/v1/uploads",
        "/api/v1/uploads/{key}",
        "/api/v1/runs",
        "/api/v1/runs/{key}",
        "/api/v1/runs/{key}/cancel",
    }
    assert paths <= set(document["paths"])
    assert {"RunRequest", "RunOut", "UploadOut"} <= set(document["components"]["schemas"])
    assert set(document["paths"]["/api/v1/runs"]["post"]["responses"]) >= {"202", "422", "503"}
