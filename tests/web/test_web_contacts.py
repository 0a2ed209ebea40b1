"""Names, e-mail addresses and telephone numbers of a customer table reach the lists, and only who may see them."""

import csv
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import regulars
from regulars.contacts import told_columns
from regulars.forget import forget
from regulars.shop import open_shop
from regulars.web.masks import MASK
from regulars.web.register import Register
from web.shops import served


def write(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def orders(folder: Path, mail: bool = False) -> Path:
    rows: list[list[object]] = [
        ["Order ID", "Member", "Order Date", "Product", "Quantity", "Price", "Email"][: 6 + mail]
    ]
    for i in range(24):
        day = date(2023, 1, 2) + timedelta(days=i)
        for n in range(4):
            row = [
                f"O{i}-{n}",
                f"M{i}",
                day + timedelta(days=n * (20 + i)),
                "Tea",
                1 + n,
                "5.50",
                f"line{i}@order.example",
            ]
            rows.append(row[: 6 + mail])
    return write(folder / "orders.csv", rows)


def people(folder: Path, *heads: str) -> Path:
    rows: list[list[object]] = [["Member", *heads, "Age"]]
    for i in range(25):  # the last has never ordered
        cells = {"Name": f"Ani {i}", "First Name": f"Ani{i}", "Last Name": "Suryani", "Phone": f"+62 812 34{i:04d}",
                 "Email": f"P{i}@Mail.example" if i != 3 else "", "WhatsApp": f"62812{i:07d}"}  # fmt: skip
        rows.append([f"M{i}", *(cells[head] for head in heads), 20 + i])
    return write(folder / "people.csv", rows)


def shop_of(folder: Path, heads: tuple[str, ...], mail: bool = False) -> Path:
    lines = regulars.read(orders(folder, mail), language="en", currency="USD")
    with closing(regulars.study(lines, customers=regulars.read_customers(people(folder, *heads)))) as done:
        done.save(folder / "toko")
    return folder / "toko"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return shop_of(tmp_path, ("Name", "Email", "Phone"))


def client(shop: Path, role: str) -> TestClient:
    made = served(shop, sign_in=True)
    made.headers["authorization"] = f"Bearer {Register(shop).new_tokens()[role]}"  # type: ignore[index]
    return made


def test_a_customer_tables_contacts_are_listed_found_and_exported(shop: Path) -> None:
    door = client(shop, "analyst")
    rows = {row["customer_id"]: row for row in door.get("/api/v1/customers?limit=500").json()["customers"]}
    assert len(rows) == 25
    assert [rows["M7"][name] for name in ("name", "email", "phone")] == ["Ani 7", "p7@mail.example", "+62 812 340007"]
    assert rows["M24"]["email"] == "p24@mail.example" and rows["M3"]["email"] is None
    for part in ("P7@mail", "ani 7", "340007"):
        found = door.get("/api/v1/customers", params={"search": part}).json()
        assert [row["customer_id"] for row in found["customers"]] == ["M7"], part
    assert "p7@mail.example" in door.get("/customers", params={"q": "p7@"}).text
    table = list(csv.DictReader(door.get("/customers.csv").content.decode("utf-8-sig").splitlines()))
    row = next(row for row in table if row["Customer"] == "M7")
    assert row["Name"] == "Ani 7" and row["E-mail"] == "p7@mail.example" and row["Phone"] == "+62 812 340007"
    one = door.get("/api/v1/customers/M7").json()["customer"]["contact"]
    assert (one["name"], one["email"], one["phone"]) == ("Ani 7", "p7@mail.example", "+62 812 340007")


def test_a_viewer_sees_none_of_them(shop: Path) -> None:
    door = client(shop, "viewer")
    row = next(one for one in door.get("/api/v1/customers?limit=500").json()["customers"] if one["customer_id"] == "M7")
    assert (row["name"], row["email"], row["phone"]) == (MASK, MASK, MASK)
    assert door.get("/api/v1/customers", params={"search": "p7@mail"}).json()["total"] == 0
    head = door.get("/customers.csv").text.splitlines()[0]
    assert not {"Name", "E-mail", "Phone"} & set(head.lstrip("\ufeff").split(","))
    assert set(door.get("/api/v1/customers/M7").json()["customer"]["contact"].values()) == {MASK}


def test_who_is_forgotten_is_in_no_list(shop: Path) -> None:
    door = client(shop, "analyst")
    assert door.get("/api/v1/customers", params={"search": "p7@mail"}).json()["total"] == 1
    forget(open_shop(shop), "M7")
    assert door.get("/api/v1/customers", params={"search": "p7@mail"}).json()["total"] == 0
    assert not any(b"p7@mail.example" in file.read_bytes().lower() for file in shop.rglob("*") if file.is_file())


def test_what_the_lines_say_comes_first(tmp_path: Path) -> None:
    door = client(shop_of(tmp_path, ("Email", "WhatsApp"), mail=True), "analyst")
    rows = {row["customer_id"]: row for row in door.get("/api/v1/customers?limit=500").json()["customers"]}
    assert (rows["M7"]["email"], rows["M7"]["phone"]) == ("line7@order.example", "628120000007")
    assert rows["M24"]["email"] == "p24@mail.example"


def test_the_parts_of_a_name_are_put_together(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, ("First Name", "Last Name"))
    assert told_columns(open_shop(shop).load(None)) == {"name": ("first_name", "last_name")}
    found = client(shop, "analyst").get("/api/v1/customers?search=ani7+sur").json()
    assert [row["name"] for row in found["customers"]] == ["Ani7 Suryani"]


def test_a_whole_name_stands_for_its_parts(shop: Path) -> None:
    study = open_shop(shop).load(None)
    assert study.people
    held = {one.name: one for one in study.people.attributes}
    each = ("First Name", "Last Name", "Customer Name")
    some = tuple(replace(held["name"], name=head.lower().replace(" ", "_"), header=head) for head in each)
    assert told_columns(replace(study, people=replace(study.people, attributes=some))) == {"name": ("customer_name",)}
