"""The JSON API: the same answers as the study's own tables, one shape of error, limits, ETags, masks."""

import csv
import io
import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from regulars.api import read_customers, study
from regulars.commands.export import TABLES
from regulars.engine import DuckEngine
from regulars.locale import words
from regulars.shop import open_shop
from regulars.web.api import answers
from regulars.web.register import Register
from web.shops import made_shop, served

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_shop(tmp_path_factory.mktemp("api"), hostile=True, customers=50)


@pytest.fixture(scope="module")
def api(shop: Path) -> TestClient:
    return served(shop)


@pytest.fixture(scope="module")
def rows(shop: Path) -> list[dict[str, Any]]:
    """The study's own list of customers."""
    with DuckEngine() as engine:
        engine.load("customers", open_shop(shop).path_of(None, "customers.parquet"))
        return engine.rows("select * from customers order by customer_id")


def score(api: TestClient, *customers: dict[str, Any], **more: Any) -> Any:
    query = more.pop("query", "")
    answer = api.post(f"/api/v1/score{query}", json={"customers": list(customers), **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["customers"]


def test_every_customer_of_the_study_is_scored_as_in_its_list(api: TestClient, rows: list[dict[str, Any]]) -> None:
    told = score(api, *({name: row[name] for name in ("customer_id", "recency_days", "orders", "monetary")}
                        for row in rows))  # fmt: skip
    for answer, row in zip(told, rows, strict=True):
        assert answer["scores"] == {name: row[name] for name in "rfm"}
        names = ("customer_id", "segment", "cluster", "persona", "persona_key", "cluster_persona",
                 "cluster_persona_key")  # fmt: skip
        assert {name: answer[name] for name in names} == {name: row[name] for name in names}
        assert answer["actions"][0] == {"key": row["action_key"], "title": row["action"]}
        assert answer["reason"] is None


def test_orders_themselves_give_the_same_answer(api: TestClient, shop: Path, rows: list[dict[str, Any]]) -> None:
    with DuckEngine() as engine:
        engine.load("sales", open_shop(shop).path_of(None, "sales") / "all.parquet")
        found = engine.rows("""select customer_id, cast(day as varchar) as day, cast(sum(amount) as double) as amount,
                               count(*) as lines from sales group by customer_id, order_id, day""")  # fmt: skip
    histories: dict[str, list[dict[str, Any]]] = {}
    for order in found:
        one = {"date": order["day"], "amount": order["amount"], "lines": order["lines"]}
        histories.setdefault(order["customer_id"], []).append(one)
    told = score(api, *({"customer_id": row["customer_id"], "history": histories[row["customer_id"]]} for row in rows))
    assert [(one["segment"], one["cluster"]) for one in told] == [(row["segment"], row["cluster"]) for row in rows]


def test_customers_described_in_different_ways_come_back_in_their_order(api: TestClient) -> None:
    measured = {"recency_days": 5, "orders": 9, "monetary": 700}
    told = score(
        api, {"customer_id": "a", **measured}, {"customer_id": 7, "history": []},
        {"customer_id": "c", **measured, "attributes": {"products": 3}}, {"customer_id": "d", **measured},
        {"customer_id": "e", "recency_days": None, "orders": 4, "monetary": 5},
    )  # fmt: skip
    assert [one["customer_id"] for one in told] == ["a", "7", "c", "d", "e"]
    assert told[0]["segment"] == told[2]["segment"] == told[3]["segment"]
    assert (told[1]["segment"], told[1]["cluster"], told[1]["actions"]) == ("No orders", None, [])
    assert (told[4]["segment"], told[4]["scores"]) == (None, None)
    assert "not known" in told[4]["reason"]


MEASURED = {"recency_days": 5, "orders": 9, "monetary": 700}
NULLS = dict.fromkeys(MEASURED)


def test_what_a_client_always_sends_empty_counts_as_absent(api: TestClient) -> None:
    """A client that writes every field: an empty list, an empty object, null."""
    bare = score(api, {"customer_id": "a", **MEASURED})[0]
    for empty in ({"history": []}, {"history": None}, {"history": [], "attributes": {}}, {"attributes": None}):
        assert score(api, {"customer_id": "a", **MEASURED, **empty})[0] == bare
    never = score(api, {"customer_id": "a", **NULLS, "history": []})[0]
    assert (never["segment"], never["scores"]) == ("No orders", None)


def test_orders_beside_measures_agree_or_are_refused(api: TestClient, shop: Path) -> None:
    day = open_shop(shop).load().as_of
    assert day is not None
    history = [{"date": str(day - timedelta(days=n)), "amount": 50.1} for n in (5, 9)]
    told = {"recency_days": 5, "orders": 2, "monetary": 100.2}
    bare = score(api, {"customer_id": "a", "history": history})[0]
    for more in (told, NULLS, {"orders": 2}, {"monetary": 100.199999}):
        assert score(api, {"customer_id": "a", "history": history, **more})[0] == bare
    silent = [{"date": history[0]["date"], "amount": None}]
    for past, more, code, said in (
        (history, {"recency_days": 6}, "score_contradicts", "recency_days is 6, but its history says 5"),
        (history, {**told, "monetary": 700}, "score_contradicts", "monetary is 700, but its history says 100.2"),
        (silent, {"monetary": 700}, "score_unknown", "monetary is 700, but its history does not tell it"),
    ):
        sent = {"customers": [{"customer_id": "C-9", "history": past, **more}]}
        refused = api.post("/api/v1/score", json=sent)
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, code)
        assert said in refused.json()["error"]["message"] and "C-9" in refused.json()["error"]["message"]


def test_a_reason_says_why_there_is_nothing(api: TestClient) -> None:
    for one in score(api, {"customer_id": "a", "history": []},
                     {"customer_id": "b", "recency_days": None, "orders": 0, "monetary": 0},
                     {"customer_id": "c", "history": [{"date": "1999-01-01", "amount": 5}]}):  # fmt: skip
        assert (one["segment"], one["scores"], one["persona"], one["cluster"]) == ("No orders", None, None, None)
        assert one["reason"] and one["reason"].startswith("No order of this customer is known")


def test_spending_that_seems_of_another_currency_is_noted(api: TestClient, rows: list[dict[str, Any]]) -> None:
    names = ("customer_id", "recency_days", "orders", "monetary")
    given = [{name: row[name] for name in names} for row in rows]
    for times, said in ((1, ""), (0.5, ""), (20_000, "another currency"), (1e-4, "another currency")):
        sent = {"customers": [one | {"monetary": float(one["monetary"]) * times} for one in given]}
        notes = api.post("/api/v1/score", json=sent).json()["notes"]
        assert len(notes) == bool(said) and all(said in note for note in notes)
    one = {"customers": [given[0] | {"monetary": 1e9}]}  # a single customer proves nothing
    assert api.post("/api/v1/score", json=one).json()["notes"] == []


def test_a_segment_that_nobody_of_the_study_is_in_says_so(tmp_path: Path) -> None:
    few = served(made_shop(tmp_path, customers=12))
    told = score(few, *({"customer_id": n, "recency_days": n * 9, "orders": 1 + n % 9, "monetary": 9 * n}
                        for n in range(100)))  # fmt: skip
    without = [one for one in told if one["persona"] is None]
    assert without and all(one["scores"] and one["actions"] == [] for one in without)
    assert {one["reason"] is None for one in told if one["persona"]} == {True}
    assert {one["reason"] for one in without} == {words("en")("api.reasons.empty_segment")}


def test_segments_keep_their_names_and_personas_speak_the_language(api: TestClient) -> None:
    one = {"customer_id": "a", "recency_days": 5, "orders": 9, "monetary": 700}
    english, indonesian = score(api, one)[0], score(api, one, query="?lang=id")[0]
    assert english["segment"] == indonesian["segment"]
    assert english["persona"] != indonesian["persona"]
    keys = ("persona_key", "cluster_persona_key")
    assert all(english[key] and english[key] == indonesian[key] for key in keys)
    assert [a["key"] for a in english["actions"]] == [a["key"] for a in indonesian["actions"]]


def test_a_table_study_is_scored_by_attributes(data: Path, tmp_path: Path) -> None:
    with closing(study(read_customers(data / "france_customers.csv"), k_min=3, k_max=3)) as done:
        done.save(tmp_path / "toko")
        assert done.result.people is not None
        given = [a for a in done.result.people.attributes if not a.derived]
        people = {row["customer_id"]: row for row in done.people.rows()}
        listed = done.customers.rows()
    sent = [
        {"customer_id": row["customer_id"], "attributes": {
            str(a.header): str(value) if (value := people[row["customer_id"]][a.name]) is not None else None
            for a in given}}
        for row in listed
    ]  # fmt: skip
    client = served(tmp_path / "toko")
    told = score(client, *sent)
    assert [(one["segment"], one["cluster"], one["persona"]) for one in told] == [
        (row["segment"], row["cluster"], row["persona"]) for row in listed
    ]
    missing = score(client, {"customer_id": "x", "attributes": {"MonthlyIncome": 3000}})[0]
    assert missing["cluster"] is None
    assert "Missing" in missing["reason"]
    refused = client.post("/api/v1/score", json={"customers": [{"customer_id": "x", "history": []}]})
    assert refused.json()["error"]["code"] == "score_no_orders"


# --- what is refused -------------------------------------------------------------------------------------------------

NO_JSON = [b"customer_id=a", b"{'customers': []}", b'{"customers": [{"monetary": NaN}]}', b"\xff"]


@pytest.mark.parametrize("sent", NO_JSON)
def test_what_is_no_json_is_told_with_what_was_found(api: TestClient, sent: bytes) -> None:
    said = api.post("/api/v1/score?lang=en", content=sent, headers=JSON).json()["error"]["message"]
    assert "where JSON was expected" in said and "no JSON holds" not in said
    assert 'found "' in said and said.count('found ""') == 0


ONE = '{"customer_id": "a", "recency_days": 1, "orders": 1, "monetary": 1}'
BAD_BODIES = [
    (b"", 400, "not_json"),
    (b"{", 400, "not_json"),
    (b"\xff\xfe\x00", 400, "not_json"),
    (b'{"customers": [{"customer_id": "a", "recency_days": 1, "orders": 1, "monetary": NaN}]}', 400, "not_json"),
    (b'{"customers": [{"customer_id": "a", "recency_days": 1, "orders": 1, "monetary": 1e999}]}', 422, "invalid"),
    (b'{"customers": [{"customer_id": "a", "recency_days": 1, "orders": 1, "monetary": 1e300}]}', 422, "invalid"),
    (b'{"customers": [{"customer_id": "a", "recency_days": -1, "orders": 1, "monetary": 1}]}', 422, "invalid"),
    (b'{"customers": [{"customer_id": "a", "recency_days": "1", "orders": 1, "monetary": 1}]}', 422, "invalid"),
    (b'{"customers": [{"customer_id": "", "recency_days": 1, "orders": 1, "monetary": 1}]}', 422, "invalid"),
    (b'{"customers": [{"customer_id": "a", "recency_days": 1}]}', 422, "score_missing"),
    (b'{"customers": [{"customer_id": "a", "history": [{"date": "2023-02-30"}]}]}', 422, "invalid"),
    (b'{"customers": [{"customer_id": "a", "history": [{"date": "2190-01-01"}]}]}', 422, "score_after"),
    (b'{"customers": [{"customer_id": "a", "colour": "red"}]}', 422, "invalid"),
    (b'{"customers": []}', 422, "invalid"),
    (b'{"customers": {}}', 422, "invalid"),
    (f'{{"customers": [{ONE}], "path": "/etc/passwd"}}'.encode(), 422, "invalid"),
    (b'{"customers": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}", 422, "invalid"),
    (b"[" * 1_000_000, 422, "invalid"),
    (f'{{"customers": [{",".join([ONE] * 100_001)}]}}'.encode(), 422, "invalid"),
]


@pytest.mark.parametrize(("sent", "status", "code"), BAD_BODIES)
def test_a_body_that_cannot_be_is_refused_in_one_shape(api: TestClient, sent: bytes, status: int, code: str) -> None:
    answer = api.post("/api/v1/score", content=sent, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == {"code", "message"}
    assert answer.json()["error"]["message"]


WRONG = [
    ("GET", "/api", 404), ("GET", "/api/", 404), ("POST", "/openapi.json", 405),
    ("GET", "/api/v1/nothing", 404), ("GET", "/api/v1", 404), ("PUT", "/api/v1/score", 405),
    ("GET", "/api/v1/score", 405), ("GET", "/api/v1/segments?study=1999-01-01", 404),
    ("GET", "/api/v1/segments?study=../../etc", 422), ("GET", "/api/v1/segments?lang=xx", 422),
    ("GET", "/api/v1/customers?limit=0", 422), ("GET", "/api/v1/customers?limit=100000", 422),
    ("GET", "/api/v1/customers?sort=password", 422), ("GET", "/api/v1/customers?mark=zzz", 422),
    ("GET", "/api/v1/customers/nobody", 404), ("GET", "/api/v1/customers/..%2F..%2Fetc%2Fpasswd", 404),
    ("GET", "/api/v1/recommendations/C1", 404), ("GET", "/api/v1/tables/customers.exe", 422),
    ("GET", "/api/v1/tables/..%2Fstudy.json", 404), ("GET", "/api/v1/tables/moves.csv", 404),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "status"), WRONG)
def test_every_error_has_one_shape(api: TestClient, method: str, path: str, status: int) -> None:
    answer = api.request(method, path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()["error"]) == {"code", "message"}


def test_a_foreign_name_is_refused_in_the_one_shape(api: TestClient) -> None:
    for host in ("evil.example", "["):
        for language, said in (("en", "does not go by that name"), ("id", "nama itu")):
            answer = api.get(f"/api/v1/customers?lang={language}", headers={"host": host})
            assert (answer.status_code, answer.json()["error"]["code"]) == (421, "host")
            assert said in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "path", ["/overview", "/customers", "/customers.csv", "/api/v1/segments", "/api/v1/customers/C1", "/openapi.json",
             "/api/v1/tables/customers.csv", "/api/v1/report.html", "/sign-in", "/nowhere", "/api/v1/customers/nobody"]
)  # fmt: skip
def test_head_is_answered_as_get_without_a_body(api: TestClient, path: str) -> None:
    whole, head = api.get(path), api.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    names = ["content-type", "content-length", "content-security-policy", *(["etag"] if "/api/" in path else [])]
    assert [head.headers.get(name) for name in names] == [whole.headers.get(name) for name in names]


def test_head_passes_no_door_and_changes_nothing(shop: Path) -> None:
    door = served(shop, sign_in=True)
    assert [door.head(path).status_code for path in ("/api/v1/segments", "/overview")] == [401, 303]
    assert door.head("/api/v1/score").status_code == 405
    assert door.post("/api/v1/segments").headers["allow"] == "GET, HEAD"


UNKNOWN = [
    ("customers?segmen=Loyal", "no_parameter", "segment"), ("customers?segment=Foo", "filter_unknown", "Champions"),
    ("customers?cluster=999", "filter_unknown", "1, 2"), ("customers?persona=foo", "filter_unknown", "persona"),
    ("customers?country=Atlantis", "filter_unknown", "Japan"), ("segments?segment=Foo", "filter_unknown", "Champions"),
    ("overview?colour=red", "no_parameter", "country"), ("rules?after=1&befor=2", "no_parameter", "limit"),
    ("quality?segment=Loyal", "no_parameter", "study"), ("tables/customers.csv?segment=Loyal", "no_parameter", "lang"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "code", "named"), UNKNOWN)
def test_a_misspelt_filter_is_refused_with_what_is_known(api: TestClient, asked: str, code: str, named: str) -> None:
    answer = api.get(f"/api/v1/{asked}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code), answer.text
    assert named in answer.json()["error"]["message"]


def test_segments_and_personas_are_found_by_their_names_in_either_language(api: TestClient) -> None:
    for group in api.get("/api/v1/segments?lang=id").json()["segments"]:
        named = api.get("/api/v1/customers", params={"segment": group["name"]}).json()
        assert named["total"] == group["customers"]
        assert api.get("/api/v1/customers", params={"segment": group["label"]}).json() == named
        shown = api.get("/api/v1/segments", params={"segment": group["label"], "lang": "id"}).json()
        assert (shown["filters"], shown["customers"]) == ({"segment": group["name"]}, group["customers"])
        asked = (group["persona_key"], words("id")(f"personas.{group['persona_key']}.name"))
        by_key, by_name = (api.get("/api/v1/customers", params={"persona": one}).json()["total"] for one in asked)
        assert by_key == by_name > 0


def test_pages_say_a_value_that_is_none_and_let_other_parameters_be(api: TestClient) -> None:
    for asked in ("customers?segment=Foo", "customers.csv?segment=Foo", "products?category=Foo", "customers?at_risk=x"):
        answer = api.get(f"/{asked}", headers={"accept-language": "en"})
        assert answer.status_code == 422, asked
        assert "fits nothing" in answer.text
    assert api.get("/customers?segment=Setia&utm_source=mail").status_code == 200


SENTENCES = [
    ('{"customers": [{"customer_id": "a", "recency_days": -1}]}', "customers[0].recency_days", "-1", "at least 0"),
    ('{"customers": [{"customer_id": "a", "orders": "1"}]}', "customers[0].orders", '"1"', "a whole number or null"),
    ('{"customers": [{"customer_id": "a", "history": [{"date": "x"}]}]}', "history[0].date", '"x"', "YYYY-MM-DD"),
    ('{"customers": [{"customer_id": "a", "colour": 1}]}', "customers[0]", '"colour"', "not known"),
    ('{"customers": [{}]}', "customers[0]", '"customer_id"', "lacks"),
    ('{"customers": []}', "customers", "[]", "a list with at least 1"),
    ("[]", "the request", "[]", "an object"),
]


@pytest.mark.parametrize(("sent", "field", "found", "expected"), SENTENCES)
def test_a_wrong_body_is_told_in_whole_sentences(
    api: TestClient, sent: str, field: str, found: str, expected: str
) -> None:
    for language in ("en", "id"):
        told = api.post(f"/api/v1/score?lang={language}", content=sent, headers=JSON).json()["error"]["message"]
        assert "`" not in told and "Expected" not in told and "..." not in told
        if language == "en":
            assert field in told and found in told and expected in told
        else:
            assert ("permintaan" if field == "the request" else field) in told and "expected" not in told


@pytest.mark.parametrize(("query", "found", "expected"), [
    ("customers?limit=501", "limit is \"501\"", "at most 500"), ("customers?limit=x", 'limit is "x"', "whole number"),
    ("customers?at_risk=maybe", "at_risk is", "true or false"), ("overview?lang=xx", "lang is", "one of: en, id"),
    ("overview?since=soon", "since is", "YYYY-MM-DD"), ("tables/nothing.csv", "nothing is no table", "cohorts"),
    ("tables/customers.exe", 'kind is "exe"', "csv, parquet, xlsx"),
])  # fmt: skip
def test_a_wrong_parameter_is_told_in_whole_sentences(api: TestClient, query: str, found: str, expected: str) -> None:
    told = api.get(f"/api/v1/{query}", headers={"cookie": "lang=en"}).json()["error"]["message"]
    assert found in told and expected in told and "Input should" not in told


@pytest.mark.parametrize("asked", [{"uploads": ["/etc/passwd"]}, {"customers": "../people"}], ids=str)
def test_what_is_no_id_of_an_upload_is_told_where_ids_come_from(api: TestClient, asked: dict[str, Any]) -> None:
    for language, said in (("en", "an id that `PUT /api/v1/uploads` gave"), ("id", "id yang diberikan")):
        answer = api.post(f"/api/v1/runs?lang={language}", json=asked)
        assert answer.status_code == 422 and said in answer.json()["error"]["message"]


def test_the_command_for_next_products_is_whole(api: TestClient) -> None:
    told = api.get("/api/v1/recommendations/C1").json()["error"]["message"]
    assert "`regulars recommend --shop toko`" in told


def test_a_method_that_is_not_answered_is_told_which_is(api: TestClient) -> None:
    answer = api.get("/api/v1/score")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "GET" in answer.json()["error"]["message"] and "POST" in answer.json()["error"]["message"]


def test_programs_are_told_how_a_token_is_sent(shop: Path) -> None:
    door = served(shop, sign_in=True)
    without = door.get("/api/v1/segments").json()["error"]
    wrong = door.get("/api/v1/segments", headers={"authorization": "Bearer wrong"}).json()["error"]
    assert (without["code"], wrong["code"]) == ("sign_in", "token")
    assert "Authorization: Bearer TOKEN" in without["message"] and "not known" in wrong["message"]


def test_a_customer_speaks_the_language_asked_for_and_keys_stay(api: TestClient) -> None:
    english, indonesian = (api.get(f"/api/v1/customers/C1?lang={one}").json() for one in ("en", "id"))
    names = ("persona", "action")
    for told in (english, indonesian):
        assert told["customer"]["features"]["persona"] == told["persona"]
        assert told["customer"]["features"]["action"] == told["actions"][0]["title"]
    assert all(english["customer"]["features"][name] != indonesian["customer"]["features"][name] for name in names)
    assert all(english["customer"]["features"][f"{name}_key"] == indonesian["customer"]["features"][f"{name}_key"]
               for name in names)  # fmt: skip


def test_the_guides_name_every_table(api: TestClient) -> None:
    kinds = api.get("/openapi.json").json()["paths"]["/api/v1/tables/{table}.{kind}"]["get"]["parameters"]
    assert next(one["schema"]["enum"] for one in kinds if one["name"] == "table") == list(TABLES)
    for page in ("api.md", "id/skor-dan-api.md"):
        text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
        assert f"/tables/{{{', '.join(TABLES)}}}.{{csv, xlsx, parquet}}" in text.replace("\n", " ")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_that_is_not_declared_as_json_is_refused(api: TestClient, kind: str) -> None:
    answer = api.post("/api/v1/score", content=f'{{"customers": [{ONE}]}}'.encode(), headers={"content-type": kind})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "not_json_type")


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "streamed"])
def test_a_body_that_is_too_long_is_refused_before_it_is_gathered(
    api: TestClient, monkeypatch: pytest.MonkeyPatch, announced: bool
) -> None:
    taken = 0

    def chunks() -> Any:
        nonlocal taken
        for _ in range(200):
            taken += 1
            yield b" " * 1024**2

    content = b" " * (answers.MOST_BYTES + 1) if announced else chunks()
    answer = api.post("/api/v1/score", content=content, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_long")


def test_nothing_of_this_machine_stands_in_an_error(api: TestClient, shop: Path) -> None:
    for path in ("/api/v1/segments?study=1999-01-01", "/api/v1/customers/%00", "/api/v1/tables/moves.csv"):
        assert str(shop.parent) not in api.get(path).text


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(anything)
def test_whatever_json_comes_is_answered_without_a_fault(api: TestClient, sent: Any) -> None:
    deep = [{"customers": [{"customer_id": "a", name: sent}]} for name in ("history", "attributes", "orders")]
    for body in (sent, {"customers": sent}, {"customers": [sent]}, *deep):
        answer = api.post("/api/v1/score", content=json.dumps(body).encode(), headers=JSON)
        assert answer.status_code in {200, 400, 422}


# --- reading ---------------------------------------------------------------------------------------------------------


def test_segments_add_up_to_the_shop(api: TestClient, rows: list[dict[str, Any]]) -> None:
    found = api.get("/api/v1/segments").json()
    assert sum(group["customers"] for group in found["segments"]) == len(rows)
    assert sum(group["customers"] for group in found["clusters"]) == len(rows)
    assert all(group["persona"] and group["actions"] and group["description"] for group in found["segments"])
    assert sum(group["sales"] for group in found["segments"]) == pytest.approx(sum(row["monetary"] for row in rows))


def test_the_pages_of_the_list_hold_everybody_once(api: TestClient, rows: list[dict[str, Any]]) -> None:
    seen: list[str] = []
    mark = ""
    while mark is not None:
        page = api.get("/api/v1/customers", params={"limit": 7, "sort": "monetary", **({"mark": mark} if mark else {})})
        seen += [one["customer_id"] for one in page.json()["customers"]]
        mark = page.json()["next"]
    assert sorted(seen) == [row["customer_id"] for row in rows]
    chosen = api.get("/api/v1/customers", params={"segment": rows[0]["segment"]}).json()
    assert chosen["total"] == sum(row["segment"] == rows[0]["segment"] for row in rows)


def test_a_customer_has_orders_persona_and_actions(api: TestClient, rows: list[dict[str, Any]]) -> None:
    row = rows[3]
    found = api.get(f"/api/v1/customers/{row['customer_id']}").json()
    assert found["persona"] == row["persona"]
    assert found["actions"][0]["title"] == row["action"]
    assert found["customer"]["features"]["monetary"] == row["monetary"]
    assert len(found["customer"]["orders"]) == row["orders"]


def test_the_account_and_the_overview_agree_with_the_study(api: TestClient, shop: Path) -> None:
    known = open_shop(shop).load()
    told = api.get("/api/v1/quality").json()["reconciliation"]
    assert (told["read"], told["sales"], told["returns"]) == (
        known.reconciliation.read, known.reconciliation.sales, known.reconciliation.returns,
    )  # fmt: skip
    seen = api.get("/api/v1/overview").json()
    assert seen["overview"]["sales"] == known.net_revenue
    assert all(isinstance(sentence, str) for part in seen["overview"]["insights"].values() for sentence in part)
    parts = [api.get("/api/v1/overview", params={"country": row["name"]}).json()["overview"]["sales"]
             for row in seen["overview"]["countries"]]  # fmt: skip
    assert sum(parts) == pytest.approx(known.net_revenue)


def test_rules_come_page_by_page(api: TestClient, shop: Path) -> None:
    known = open_shop(shop).load().bundles
    assert known is not None
    seen, after = 0, 0
    while after is not None:
        page = api.get("/api/v1/rules", params={"limit": 3, "after": after}).json()
        seen, after = seen + len(page["rules"]), page["next"]
    assert (seen, page["found"]) == (len(known.rules), known.found)


FROZEN = ("segments", "overview", "quality", "rules", "customers", "customers/C1", "segments?lang=id",
          "report.html", "tables/customers.csv", "tables/customers.parquet")  # fmt: skip


@pytest.mark.parametrize("path", FROZEN)
def test_who_has_an_answer_already_is_told_so(api: TestClient, path: str) -> None:
    first = api.get(f"/api/v1/{path}")
    assert first.status_code == 200
    again = api.get(f"/api/v1/{path}", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert first.headers["cache-control"] == again.headers["cache-control"] == "private, no-cache"
    assert api.get(f"/api/v1/{path}", headers={"if-none-match": '"other"'}).content == first.content
    language = "en" if "lang=id" in path else "id"
    other = api.get(f"/api/v1/{path.removesuffix('?lang=id')}?lang={language}")
    assert other.headers["etag"] != first.headers["etag"]


def test_a_new_study_of_the_day_changes_the_tags(tmp_path: Path) -> None:
    made_shop(tmp_path, customers=30)
    client = served(tmp_path / "toko")
    first = client.get("/api/v1/segments").headers["etag"]
    made_shop(tmp_path, customers=31)
    answer = client.get("/api/v1/segments", headers={"if-none-match": first})
    assert answer.status_code == 200
    assert sum(group["customers"] for group in answer.json()["segments"]) == 31


# --- who may see what ------------------------------------------------------------------------------------------------


@pytest.fixture
def tokens(shop: Path) -> dict[str, str]:
    (shop / ".web" / "access.sqlite").unlink(missing_ok=True)
    return Register(shop).new_tokens()


def test_elsewhere_every_endpoint_asks_for_a_token(shop: Path) -> None:
    door = served(shop, sign_in=True)
    for path in ("segments", "customers", "customers/C1", "overview", "quality", "rules", "studies", "report.html",
                 "tables/customers.csv", "recommendations/C1"):  # fmt: skip
        assert door.get(f"/api/v1/{path}").status_code == 401, path
    assert door.get("/api/v1/openapi.json").status_code == 401
    answer = door.get("/openapi.json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in")
    assert door.post("/api/v1/score", content=f'{{"customers": [{ONE}]}}', headers=JSON).status_code == 401


def test_viewers_see_no_names_and_take_lists_without_them_but_no_tables(shop: Path, tokens: dict[str, str]) -> None:
    door = served(shop, sign_in=True)
    by = {role: {"authorization": f"Bearer {token}"} for role, token in tokens.items()}
    for path in ("/api/v1/customers?limit=500", "/api/v1/customers/C1"):
        assert "c1@example.org" in door.get(path, headers=by["analyst"]).text
        seen = door.get(path, headers=by["viewer"])
        assert seen.status_code == 200
        assert "example.org" not in seen.text
        assert "Name 1" not in seen.text
        assert seen.headers["etag"] != door.get(path, headers=by["analyst"]).headers["etag"]
    assert door.get("/api/v1/customers?search=c1@example", headers=by["viewer"]).json()["total"] == 0
    for path in ("/api/v1/tables/customers.csv", "/api/v1/tables/sales.parquet", "/api/v1/report.html"):
        assert door.get(path, headers=by["viewer"]).status_code == 403
        assert door.get(path, headers=by["analyst"]).status_code == 200
    lists = {role: door.get("/customers.csv", headers=by[role]).text for role in by}
    assert "c1@example.org" in lists["analyst"] and "example.org" not in lists["viewer"] and "C1" in lists["viewer"]
    told = door.post("/api/v1/score", content=f'{{"customers": [{ONE}]}}', headers=JSON | by["viewer"])
    assert told.status_code == 200


def test_a_page_of_another_site_cannot_have_customers_scored(api: TestClient) -> None:
    answer = api.post("/api/v1/score", json={"customers": []}, headers={"origin": "https://evil.example"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "origin")


# --- files and the document ------------------------------------------------------------------------------------------


def test_tables_come_as_files_without_formulas(api: TestClient, shop: Path, rows: list[dict[str, Any]]) -> None:
    answer = api.get("/api/v1/tables/sales.csv")
    assert "attachment" in answer.headers["content-disposition"]
    cells = [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    assert [cell for cell in cells if cell.startswith("'=HYPERLINK")]
    listed = api.get("/api/v1/tables/customers.parquet")
    with DuckEngine() as engine:
        (shop.parent / "got.parquet").write_bytes(listed.content)
        engine.load("got", shop.parent / "got.parquet")
        assert engine.rows("select * from got order by customer_id") == rows
    assert api.get("/api/v1/tables/cohorts.csv").status_code == 200
    assert api.get("/api/v1/tables/customers.xlsx").content[:2] == b"PK"
    report = api.get("/api/v1/report.html")
    assert report.content == open_shop(shop).path_of(None, "report.html").read_bytes()
    assert "attachment" in report.headers["content-disposition"]
    noted = (shop / ".web" / "audit.jsonl").read_text(encoding="utf-8")
    assert '"act":"export"' in noted


def test_the_examples_of_the_document_run(api: TestClient) -> None:
    document = api.get("/openapi.json").json()
    ran = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for example in content.get("examples", {}).values() if path == "/api/v1/score" else ():
                answer = api.request(method, path, json=example["value"] | {"as_of": "2030-01-01"})
                assert answer.status_code == 200, answer.text
                assert all(one["segment"] for one in answer.json()["customers"])
                ran += 1
    assert ran == 2
    assert api.get("/api/v1/openapi.json").json() == document


def test_the_document_names_what_a_kept_answer_and_another_host_are_answered_with(api: TestClient) -> None:
    for path, operations in api.get("/openapi.json").json()["paths"].items():
        for operation in operations.values():
            assert "content" in operation["responses"]["421"], path
    document = api.get("/openapi.json").json()["paths"]
    for name in ("segments", "customers", "overview", "quality", "rules", "tables/customers.csv", "report.html"):
        tag = api.get(f"/api/v1/{name}").headers["etag"]
        assert api.get(f"/api/v1/{name}", headers={"if-none-match": tag}).status_code == 304
        path = "/api/v1/tables/{table}.{kind}" if name.startswith("tables") else f"/api/v1/{name}"
        assert "content" not in document[path]["get"]["responses"]["304"], path
    named = ("customers", "recommendations")
    assert all("304" in document[f"/api/v1/{name}/{{customer_id}}"]["get"]["responses"] for name in named)


def test_a_client_made_from_the_document_sends_the_token(shop: Path, api: TestClient, tokens: dict[str, str]) -> None:
    """What the document says of signing in, done: by token and by session elsewhere, by nothing on this machine."""
    document = api.get("/openapi.json").json()
    schemes = document["components"]["securitySchemes"]
    assert (schemes["token"]["type"], schemes["token"]["scheme"]) == ("http", "bearer")
    sessions = {schemes["session"]["name"]: Register(shop).begin(tokens["viewer"], "viewer")}
    shown = {"token": {"headers": {"authorization": f"Bearer {tokens['viewer']}"}}, "session": {"cookies": sessions}}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["security"] == [{"token": []}, {"session": []}, {}], path
    for kept in shown.values():
        client = served(shop, sign_in=True)
        client.cookies.update(kept.get("cookies", {}))
        assert client.get("/api/v1/segments", headers=kept.get("headers")).status_code == 200
    assert served(shop, sign_in=True).get("/api/v1/segments").status_code == 401
    assert api.get("/api/v1/segments").status_code == 200


def test_the_document_describes_every_endpoint_and_every_body(api: TestClient) -> None:
    document = api.get("/openapi.json").json()
    text = json.dumps(document)
    references = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert references <= document["components"]["schemas"].keys()
    assert "Message" not in references
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert path.startswith("/api/v1/") and {"401", "403", "429"} <= operation["responses"].keys()
            assert operation["summary"]
            answered = {status for status in operation["responses"] if status.startswith("2")}
            assert answered, path


def test_openapi_is_valid(api: TestClient) -> None:
    import schemathesis

    schemathesis.openapi.from_dict(api.get("/openapi.json").json()).validate()
