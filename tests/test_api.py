"""The Python side: one reading, several studies."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import regulars as rg
from regulars.errors import UsageError
from regulars.sources.lines import Lines
from regulars.synth import write_orders

PEOPLE = "Customer ID,Plan\n" + "".join(f"c{n},{'free' if n % 3 else 'paid'}\n" for n in range(60))


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("api") / "orders.csv"
    write_orders(path, 3_000)
    return path


@pytest.fixture
def lines(orders: Path) -> Iterator[Lines]:
    read = rg.read(orders)
    yield read
    read.engine.close()


def test_a_second_study_of_the_same_lines_leaves_the_first_alone(lines: Lines, tmp_path: Path) -> None:
    first = rg.study(lines, k_max=3)
    customers, sales, code = first.customers.rows(), first.sales.rows(), first.sql("features")
    with closing(rg.study(lines, k_max=3, as_of="2011-03-01", returns="drop")) as second:
        assert second.customers.rows() != customers
        assert len(second.sales.rows()) < len(sales)
        assert first.customers.rows() == customers
    assert first.sales.rows() == sales  # the second is closed, the first is not
    assert first.sql("features") == code
    third = rg.study(lines, k_max=3)
    assert third.customers.rows() == customers
    assert third.result.steps == first.result.steps
    first.close()
    assert third.customers.rows() == customers
    assert third.save(tmp_path / "shop").customers == third.result.customers
    third.close()


def test_lines_of_a_closed_study_say_what_to_do(lines: Lines) -> None:
    rg.study(lines, k_max=2).close()
    with pytest.raises(UsageError, match=r"rg\.read"):
        rg.study(lines, k_max=2)


def test_a_customer_table_can_be_studied_twice(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    table = rg.read_customers(path)
    first, second = rg.study(table), rg.study(table, k=2)
    assert first.people.rows() == second.people.rows()
    assert len(first.customers.rows()) == 60
    second.close()
    assert len(first.customers.rows()) == 60
    first.close()


def test_a_table_keeps_its_ids_when_orders_fold_theirs(tmp_path: Path) -> None:
    people, orders = tmp_path / "people.csv", tmp_path / "orders.csv"
    people.write_text("Email,Plan\n" + "".join(f"Ana{n}@X.com,{'ab'[n % 2]}\n" for n in range(30)), encoding="utf-8")
    orders.write_text(
        "Email,Date,Amount\n" + "".join(f"{'ANA' if n % 2 else 'ana'}{n % 20}@x.com,2024-01-{n % 28 + 1:02},5\n"
                                        for n in range(90)), encoding="utf-8",
    )  # fmt: skip
    table = rg.read_customers(people)
    before = table.engine.rows("select customer_id from people_read order by line")
    joined = rg.study(rg.read(orders), customers=table)
    assert joined.result.people is not None
    assert joined.result.people.matched == 20
    assert table.engine.rows("select customer_id from people_read order by line") == before
    joined.close()
