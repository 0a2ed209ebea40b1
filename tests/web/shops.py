"""Shops for the dashboard's tests: small, planted, stored once for a module, and served without a socket."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from starlette.testclient import TestClient
from typer.testing import CliRunner

import regulars
from regulars.cli import app as command
from regulars.web.app import create_app
from regulars.web.settings import WebSettings
from report.make_study import HOSTILE

HEADS = "order_id,customer_id,order_date,product_id,product,category,country,quantity,price,profit,email,name"


def write_lines(folder: Path, hostile: bool = False, customers: int = 60, mail: bool = False) -> Path:
    """Two years of orders of customers who come at their own pace; names, where asked, that attack."""
    goods = [*HOSTILE[:5]] if hostile else ["Tea", "Coffee", "Cup", "Spoon", "Sugar"]
    places = ["Indonesia", HOSTILE[0] if hostile else "France", "Japan"]
    kinds = [HOSTILE[1] if hostile else "Drinks", "Tools"]
    rows, number = [HEADS], 0
    for person in range(customers):
        who = f"person.{person}@mail.example.org" if mail else f"C{person}"
        day = datetime(2022, 1, 3, 9, tzinfo=UTC) + timedelta(days=person * 5 % 200, hours=person % 9)
        while day < datetime(2024, 1, 1, tzinfo=UTC):
            number += 1
            for item in range(1 + (person + number) % 3):
                name = goods[(person + item) % 5].replace('"', '""').replace("\n", " ")
                kind = kinds[(person + item) % 5 % 2].replace('"', '""')
                price = f"{4 + (person * 7 + item * 3 + number) % 40}.50"
                rows.append(
                    f'O{number},{who},{day:%Y-%m-%d %H:%M},P{(person + item) % 5},"{name}","{kind}",'
                    f'"{places[person % 3]}",{1 + number % 4},{price},1.25,c{person}@example.org,Name {person}'
                )
            day += timedelta(days=11 + (person * 13) % 120)
    path = folder / "orders.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def made_shop(folder: Path, hostile: bool = False, customers: int = 60) -> Path:
    """A shop with one study."""
    shop = folder / "toko"
    found = regulars.study(regulars.read(write_lines(folder, hostile, customers), language="en", currency="GBP"))
    found.save(shop)
    found.close()
    return shop


def two_studies(shop: Path, lines: Path, people: Path | None = None) -> Path:
    """A shop with two studies a year apart, the later one with next products and, where given, a customer table."""
    for day in (date(2023, 1, 1), date(2024, 1, 1)):
        table = regulars.read_customers(people) if people and day.year == 2024 else None
        read = regulars.read(lines, language="en", currency="GBP", as_of=day)
        found = regulars.study(read, customers=table, earlier=shop if shop.exists() else None)
        found.save(shop)
        found.close()
    assert CliRunner().invoke(command, ["recommend", "--shop", str(shop), "--holdout", "60"]).exit_code == 0
    return shop


def served(shop: Path, **settings: object) -> TestClient:
    """A client of a server of that shop, as a browser on this machine would call it."""
    app = create_app(WebSettings(shop=shop, **settings))  # type: ignore[arg-type]
    return TestClient(app, base_url="http://localhost:8000", follow_redirects=False)
