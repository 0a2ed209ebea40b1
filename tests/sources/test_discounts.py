"""Discounts and refunds that stand on the order: taken off once, to the cent, and said; or left alone, and said."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as checked
from hypothesis import strategies as st

from regulars.sources import read
from regulars.sources.lines import Lines

Row = tuple[int, str, int, str, str]  # order, product, pieces, price, discount


def orders() -> list[Row]:
    """Thirty orders of one to three lines; every second one has a discount that each of its lines repeats."""
    return [
        (order, f"P{line}", 1 + (order + line) % 3, f"{12 + 7 * line}.50", f"{order}.35" if order % 2 else "0.00")
        for order in range(1, 31)
        for line in range(1 + order % 3)
    ]


def gross(rows: list[Row]) -> Decimal:
    return sum((Decimal(price) * pieces for _, _, pieces, price, _ in rows), Decimal(0))


def once(rows: list[Row]) -> Decimal:
    """The truth: price × pieces, less each order's discount once, at most what the order is worth."""
    offs = {order: Decimal(off) for order, *_, off in rows}
    worth = {order: gross([row for row in rows if row[0] == order]) for order in offs}
    return sum((worth[order] - min(off, worth[order]) for order, off in offs.items()), Decimal(0))


def sold(path: Path, rows: list[Row], header: str, total: bool = False, price: bool = True) -> Lines:
    names = ["Order ID", "Customer ID", "Order Date", "SKU", "Qty", *["Unit Price"] * price, *["Line Total"] * total]
    written = [",".join([*names, header])]
    for order, product, pieces, each, off in rows:
        money = [each] * price + [str(Decimal(each) * pieces)] * total
        cells = [f"A{order}", f"C{order % 9}", f"2024-03-{1 + order % 28:02d}", product, str(pieces), *money, off]
        written.append(",".join(cells))
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
    return read(path)


def net(lines: Lines) -> Decimal:
    return Decimal(lines.engine.rows("select sum(amount) as a from lines")[0]["a"])


def said(lines: Lines) -> list[str]:
    """What was assumed of discounts and refunds."""
    keys = [message.key.removeprefix("layout.assumption.") for message in lines.layout.assumptions]
    return [key for key in keys if key not in {"per_piece", "per_line"}]


@pytest.mark.parametrize("header", ["Order Discount", "Diskon Pesanan", "Discount Amount", "Diskon (Rp)"])
@pytest.mark.parametrize("total", [True, False])
def test_a_discount_that_each_line_repeats_counts_once(tmp_path: Path, header: str, total: bool) -> None:
    lines = sold(tmp_path / "a.csv", orders(), header, total)
    assert (net(lines), said(lines)) == (once(orders()), ["order_discount"])
    assert lines.layout.beside[0].header == header


@checked(deadline=None, max_examples=25)
@given(offs=st.lists(st.decimals(Decimal("1.01"), Decimal("9.99"), places=2), min_size=12, max_size=12, unique=True))
def test_parts_add_up_to_the_cent(tmp_path_factory: pytest.TempPathFactory, offs: list[Decimal]) -> None:
    rows = [(order, f"P{line}", 1 + line, "10.00", str(off)) for order, off in enumerate(offs) for line in range(3)]
    assert net(sold(tmp_path_factory.mktemp("d") / "a.csv", rows, "Order Discount")) == once(rows)


def test_a_discount_on_one_line_of_the_order_or_with_a_minus_counts_as_well(tmp_path: Path) -> None:
    first: list[Row] = [(*row[:4], row[4] if row[1] == "P0" else "") for row in orders()]
    minus: list[Row] = [(*row[:4], f"-{row[4]}") for row in orders()]
    assert net(sold(tmp_path / "a.csv", first, "Order Discount")) == once(orders())
    assert net(sold(tmp_path / "b.csv", minus, "Order Discount")) == once(orders())


def test_lines_of_a_return_take_no_part_in_it(tmp_path: Path) -> None:
    back: list[Row] = [(31, "P0", 2, "12.50", "5.00"), (31, "P1", 1, "19.50", "5.00"), (31, "P0", -2, "12.50", "0.00")]
    lines = sold(tmp_path / "a.csv", [*orders(), *back], "Order Discount", total=True)
    amounts = lines.engine.rows("select amount from lines where order_id = 'A31' order by line")
    assert [row["amount"] for row in amounts] == [Decimal("22.19"), Decimal("17.31"), Decimal("-25.00")]


def test_a_discount_of_the_lines_own_stays_the_lines_own(tmp_path: Path) -> None:
    flat: list[Row] = [(*row[:4], "2.50") for row in orders()]
    percent: list[Row] = [(*row[:4], str(5 * (row[0] % 7))) for row in orders()]
    own: list[Row] = [(*row[:4], f"{row[2]}.{at:02d}") for at, row in enumerate(orders())]
    for rows in (flat, percent, own):
        lines = sold(tmp_path / "a.csv", rows, "Discount")
        assert said(lines) == ["discount_money"]
        assert net(lines) == gross(rows) - sum(Decimal(row[4]) for row in rows)


def test_what_cannot_be_decided_is_not_subtracted_and_said(tmp_path: Path) -> None:
    each: list[Row] = [(*row[:4], f"{at}.00") for at, row in enumerate(orders())]
    shares: list[Row] = [(*row[:4], "0.10") for row in orders()]
    for lines in (
        sold(tmp_path / "a.csv", orders(), "Order Discount", total=True, price=False),  # perhaps taken off already
        sold(tmp_path / "b.csv", orders(), "Discount Amount", total=True, price=False),
        sold(tmp_path / "c.csv", each, "Order Discount"),
        sold(tmp_path / "d.csv", shares, "Order Discount"),
    ):
        assert (net(lines), said(lines)) == (gross(orders()), ["not_subtracted"])


def test_an_order_discount_of_nothing_is_not_mentioned(tmp_path: Path) -> None:
    rows: list[Row] = [(*row[:4], "0.00") for row in orders()]
    assert said(sold(tmp_path / "a.csv", rows, "Order Discount")) == []


def test_a_refund_of_the_order_counts_once_unless_returns_are_lines(tmp_path: Path) -> None:
    lines = sold(tmp_path / "a.csv", orders(), "Refund Amount")
    assert (net(lines), said(lines)) == (once(orders()), ["order_refund"])
    rows: list[Row] = [*orders(), (30, "P0", -1, "12.50", "0.00")]
    lines = sold(tmp_path / "b.csv", rows, "Refund Amount")
    assert (net(lines), said(lines)) == (gross(rows), ["not_subtracted"])


def test_one_number_of_two_customers_is_two_orders(tmp_path: Path) -> None:
    rows = [
        f"{order},C{who},2024-03-{13 + order},P{line},{1 + who},10.00,{1 + order + who}.25"
        for order in range(15)
        for who in range(2)
        for line in range(2)
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["Receipt No,Customer ID,Date,SKU,Qty,Unit Price,Order Discount", *rows]), "utf-8")
    offs = sum(Decimal(f"{1 + order + who}.25") for order in range(15) for who in range(2))
    lines = read(path)
    assert said(lines) == ["order_discount"]
    assert net(lines) == 15 * (20 + 40) - offs
