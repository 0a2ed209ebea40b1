"""Cleaning: every line is a sale, a return, or set aside for the first reason of the stated order."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from made import put_lines, sale
from regulars.engine import DuckEngine, Engine
from regulars.errors import NothingLeftError
from regulars.features import measures
from regulars.orders import Cleaned, clean, reconcile
from regulars.orders.clean import REASONS, Condition, possible_days
from regulars.orders.findings import findings
from regulars.orders.statuses import stop_reason
from regulars.quality import Reconciliation
from regulars.settings import Settings

UGLY = [
    sale("anna", "1", "2024-01-05", 20),
    sale("anna", "1", "2024-01-05", 20),  # an exact duplicate
    sale("anna", "1", "2024-01-05", 20, quantity=2),  # not one: another quantity
    sale(None, "2", "2024-01-06", 10),
    sale("budi", "3", "2024-01-07", 30, status="Cancelled by buyer"),
    sale("budi", "4", "2024-01-08", 30, status="Paid"),
    sale("budi", "4", "2024-01-08", 5, product_id="POST", product="POSTAGE"),
    sale("budi", "C4", "2024-01-09", -30, quantity=-1),
    sale("cici", "5", "2024-01-10", 12, quantity=0),
    sale("cici", "5", "2024-01-10", 0),
    sale("cici", "5", "2024-01-10", 7, currency="USD"),
    sale("cici", "6", "2024-02-01", 9, currency="IDR"),
    sale("cici", "7", "2024-02-02", 9, currency="IDR"),
    {**sale("dewi", "8", "2024-02-03", 9), "ordered_at": None},
    {**sale("dewi", "9", "2024-02-03", 9), "amount": None},
    sale("dewi", "10", "2024-02-03", 9, status="draft"),
]


@dataclass(frozen=True)
class Done:
    """What cleaning leaves, and its account."""

    cleaned: Cleaned
    reconciliation: Reconciliation


def cleaned(engine: Engine, rows: list[dict[str, Any]], matching: Condition | None = None, **settings: Any) -> Done:
    done = clean(engine, put_lines(engine, rows), Settings(**settings), matching)
    return Done(done, reconcile(engine, done))


def aside(done: Done) -> dict[str, int]:
    return {part.reason: part.lines for part in done.reconciliation.set_aside}


def test_every_line_has_one_fate_and_the_money_adds_up(engine: Engine) -> None:
    done = cleaned(engine, UGLY)
    account = done.reconciliation
    assert aside(done) == {
        "no_customer": 1, "duplicate": 1, "cancelled": 1, "test_order": 1, "non_sale": 1, "zero_quantity": 1,
        "no_amount": 1, "zero_price": 1, "no_date": 1, "other_currency": 1,
    }  # fmt: skip
    assert (account.read, account.sales, account.returns) == (16, 5, 1)
    assert (account.sales_amount, account.returns_amount) == (20 + 20 + 30 + 9 + 9, -30)
    money = sum(part.amount for part in account.set_aside)
    assert account.read_amount == account.sales_amount + account.returns_amount + money
    assert done.cleaned.currency == "IDR"
    assert (done.cleaned.window.start, done.cleaned.window.end) == (date(2024, 1, 5), date(2024, 2, 3))


def test_a_return_is_netted_and_its_order_does_not_count(engine: Engine) -> None:
    cleaned(engine, UGLY)
    orders = engine.rows("select customer_id, order_id, amount, counts from orders order by customer_id, order_id")
    assert [(row["customer_id"], row["order_id"], float(row["amount"]), row["counts"]) for row in orders] == [
        ("anna", "1", 40, True), ("budi", "4", 30, True), ("budi", "C4", -30, False), ("cici", "6", 9, True),
        ("cici", "7", 9, True),
    ]  # fmt: skip


def test_the_policies_of_the_shop(duck: DuckEngine) -> None:
    assert "duplicate" not in aside(cleaned(duck, UGLY, duplicates="keep"))
    assert aside(cleaned(duck, UGLY, returns="drop"))["return_dropped"] == 1
    assert "zero_price" not in aside(cleaned(duck, UGLY, zero_prices="keep"))
    kept = cleaned(duck, UGLY, non_sales="keep", cancelled="keep", currencies="keep")
    assert not {"non_sale", "cancelled", "test_order", "other_currency"} & set(aside(kept))
    found = findings(duck, kept.reconciliation, put_lines(duck, UGLY), Settings(cancelled="keep"))
    assert "cancelled_kept" in {finding.code for finding in found}
    assert aside(cleaned(duck, UGLY, sale_products=("post",))).get("non_sale") is None
    more = [*UGLY, sale("eka", "20", "2024-01-20", 3, product_id="C", product="Cup")]
    assert aside(cleaned(duck, more, non_sale_products=("Pot",)))["non_sale"] == 12
    assert aside(cleaned(duck, more, non_sales="keep", non_sale_products=("p",)))["non_sale"] == 11


def test_the_window_and_the_condition(engine: Engine) -> None:
    done = cleaned(engine, UGLY, since=date(2024, 1, 8), as_of=date(2024, 2, 2))
    assert aside(done)["outside_window"] == 3
    assert (done.cleaned.window.start, done.cleaned.window.end) == (date(2024, 1, 8), date(2024, 2, 2))
    done = cleaned(engine, UGLY, ("coalesce(customer_id = $w0, false)", {"w0": "anna"}))
    assert (done.reconciliation.sales, aside(done)["filtered"]) == (2, 4)


def test_equal_lines_that_name_no_order_are_two_purchases(engine: Engine) -> None:
    rows = [sale("anna", None, "2024-01-05", 20), sale("anna", None, "2024-01-05", 20)]
    done = cleaned(engine, rows)
    assert done.reconciliation.sales == 2
    found = findings(engine, done.reconciliation, frozenset({"customer_id"}), Settings())
    assert [(finding.code, finding.count) for finding in found] == [("duplicates_kept", 1)]
    assert [row["order_id"] for row in engine.rows("select order_id from orders")] == ["2024-01-05"]


def test_an_order_number_that_two_customers_share_is_two_orders(engine: Engine) -> None:
    done = cleaned(engine, [sale("anna", "1", "2024-01-05", 20), sale("budi", "1", "2024-01-05", 5)])
    assert engine.rows("select count(*) as n from orders")[0]["n"] == 2
    (found,) = findings(engine, done.reconciliation, frozenset({"order_id"}), Settings())
    assert (found.code, found.count, found.of) == ("order_of_several_customers", 1, 1)


def test_a_refund_without_a_minus_is_still_money_back(duck: DuckEngine) -> None:
    done = cleaned(duck, [sale("anna", "1", "2024-01-05", 20), sale("anna", "2", "2024-01-06", 5, quantity=-1)])
    assert done.reconciliation.returns_amount == -5


def test_without_amounts_every_line_that_is_no_return_is_a_sale(engine: Engine) -> None:
    rows = [{"customer_id": "anna", "ordered_at": "2024-01-05"}, {"customer_id": "anna", "ordered_at": "2024-01-09"}]
    done = cleaned(engine, rows)
    assert (done.reconciliation.sales, done.reconciliation.sales_amount) == (2, None)
    assert engine.rows("select count(*) as n from orders where counts")[0]["n"] == 2


def test_a_customer_without_a_clean_line_is_named_with_the_reason(engine: Engine) -> None:
    cleaned(engine, UGLY)
    engine.make("orders/left_out")
    left = engine.rows("select customer_id, reason, lines from left_out order by customer_id")
    assert left == [{"customer_id": "dewi", "reason": "no_amount", "lines": 3}]


def test_nothing_left_names_what_was_set_aside(duck: DuckEngine) -> None:
    with pytest.raises(NothingLeftError, match="No customer 1") as raised:
        cleaned(duck, [sale(None, "1", "2024-01-05", 20)])
    assert raised.value.exit_code == 4
    with pytest.raises(NothingLeftError):
        cleaned(duck, [])


def test_one_mistyped_year_does_not_move_the_as_of_day(duck: DuckEngine) -> None:
    rows = [sale(f"c{i}", str(i), f"2024-01-{i % 28 + 1:02}", 5) for i in range(600)]
    done = cleaned(duck, [*rows, sale("c1", "x", "2042-01-05", 5), sale("c2", "y", "1924-01-05", 5)])
    assert aside(done) == {"impossible_date": 2}
    assert done.cleaned.window.end == date(2024, 1, 29)


def test_possible_days_by_hand() -> None:
    usual = [(date(2024, 1, day), 100) for day in range(1, 11)]
    assert possible_days(usual) == (date(1970, 1, 1), date(2199, 12, 31))
    assert possible_days([*usual, (date(2042, 1, 1), 2)]) == (date(1970, 1, 1), date(2024, 1, 10))
    assert possible_days([*usual, (date(2042, 1, 1), 3)])[1] == date(2199, 12, 31), "three in a thousand are no slip"
    assert possible_days([(date(1024, 1, 1), 1), *usual])[0] == date(1970, 1, 1)
    assert possible_days([]) == (date(1970, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("Cancelled", "cancelled"), ("canceled", "cancelled"), ("wc-cancelled", "cancelled"), ("BATAL", "cancelled"),
        ("Dibatalkan oleh pembeli", "cancelled"), ("voided", "cancelled"), ("Belum Bayar", "cancelled"),
        ("annulée", "cancelled"), ("test", "test_order"), ("Draft", "test_order"), ("paid", None), ("Selesai", None),
        ("Completed", None), ("Perlu Dikirim", None), ("refunded", None), ("failed", "cancelled"), ("", None),
        ("testimonial sent", None),
    ],
)  # fmt: skip
def test_statuses(status: str, reason: str | None) -> None:
    assert stop_reason(status) == reason


@pytest.mark.parametrize(
    ("code", "name", "is_sale"),
    [
        ("POST", "POSTAGE", False), ("DOT", "DOTCOM POSTAGE", False), ("M", "Manual", False), ("D", "Discount", True),
        ("X", "Ongkos Kirim JNE", False), ("X", "Biaya Kirim JNE REG", False), ("X", "Ongkos kirim (JNE REG)", False),
        ("X", "Jasa Kirim", False), ("X", "Shipping fee - DHL", False), ("X", "Shipping", False),
        ("X", "Sales Tax", False),
        ("X", "PPN 11%", False), ("X", "Delivery Express", False), ("X", "Delivery box toy", True),
        ("X", "Taxi toy", True),
        ("X", "Postage stamp album", True), ("X", "Shipping container toy", True),
        ("BANK CHARGES", "Bank Charges", False), ("TEST001", "This is a test product.", False),
        ("ADJUST2", "Adjustment by Peter on Jun 25 2010", False), ("gift_0001_20", "Gift Voucher £20.00", False),
        ("X", "Ongkos Kirim", False), ("X", "Biaya Layanan", False), ("X", "Voucher Rp50.000", False),
        ("21733", "RED HANGING HEART", True), ("22111", "SCOTTIE DOG HOT WATER BOTTLE", True),
        ("S1", "Shipping container toy", True), ("T", "Test tube vase", True), ("M", "Mug", True), ("D", "Dress", True),
        ("X", "Discount Sweater", True), ("X", "SAMPLE BOX WOODEN", True), ("X", "Gift box", True),
    ],
)  # fmt: skip
def test_what_is_not_a_sale(duck: DuckEngine, code: str, name: str, is_sale: bool) -> None:
    rows = [sale("anna", "1", "2024-01-05", 20, product_id=code, product=name), sale("budi", "2", "2024-01-05", 20)]
    assert cleaned(duck, rows).reconciliation.sales == 1 + is_sale


def test_postage_looks_alike_on_both_engines(engine: Engine) -> None:
    rows = [
        sale("anna", str(i), "2024-01-05", 9, product=name) for i, name in enumerate(["Ongkir", "Tas", "e-gift card"])
    ]
    assert aside(cleaned(engine, rows)) == {"non_sale": 2}


LINES = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from([None, "a", "b", "c"]),
        "order_id": st.sampled_from([None, "1", "2"]),
        "ordered_at": st.sampled_from([None, "2024-01-01", "2024-01-02T10:30:00", "2024-03-01"]),
        "product_id": st.sampled_from([None, "P", "POST"]),
        "quantity": st.sampled_from([None, -1, 0, 1, 2]),
        "amount": st.sampled_from([None, -5, 0, 5, 10]),
        "status": st.sampled_from([None, "paid", "batal"]),
    }
)


@given(st.lists(LINES, max_size=30))
@hypothesis_settings(max_examples=40, deadline=None)
def test_no_line_and_no_cent_is_lost_whatever_comes(rows: list[dict[str, Any]]) -> None:
    with DuckEngine(threads=1) as duck:
        present = put_lines(duck, rows) | {"amount"}
        try:
            account = reconcile(duck, clean(duck, present, Settings()))
        except NothingLeftError:
            assert not duck.rows(
                "select 1 as n from lines where customer_id is not null and amount > 0 and quantity > 0 "
                "and ordered_at is not null and status is distinct from 'batal' "
                "and product_id is distinct from 'POST' and line not in (from duplicates select line)"
            )
            return
        assert account.read == len(rows)
        assert sum(part.lines for part in account.set_aside) + account.sales + account.returns == len(rows)
        whole = account.sales_amount + account.returns_amount + sum(part.amount for part in account.set_aside)
        assert whole == account.read_amount
        assert {part.reason for part in account.set_aside} <= set(REASONS)
        assert duck.rows("select count(*) as n, count(distinct line) as lines from sales") == [
            {"n": account.sales + account.returns, "lines": account.sales + account.returns}
        ]


def test_a_discount_line_lowers_what_was_sold(engine: Engine) -> None:
    rows = [sale("a", "1", "2024-01-01", 40), sale("a", "1", "2024-01-01", -5, product_id="D", product="Discount")]
    assert cleaned(engine, rows).reconciliation.net == 35


def test_a_refund_is_no_purchase(engine: Engine) -> None:
    rows = [
        sale("zoe", "1", "2024-01-10", 40),
        sale("zoe", "1", "2024-12-20", -15, quantity=-1),
        sale("b", "2", "2024-12-01", 5),
    ]
    done = cleaned(engine, rows)
    assert done.cleaned.window.end == date(2024, 12, 2)
    measures(engine, done.cleaned.window, Settings())
    found = {row["customer_id"]: row["recency_days"] for row in engine.rows("select * from measures")}
    assert found == {"zoe": 327, "b": 1}


def test_ids_that_differ_by_case_or_blanks_are_a_finding(duck: DuckEngine) -> None:
    done = cleaned(duck, [sale(name, name, "2024-01-10", 40) for name in ("A1", "a1", "A 1", "B")])
    found = {each.code: (each.count, each.of) for each in findings(duck, done.reconciliation, frozenset(), Settings())}
    assert found == {"near_ids": (3, 4)}
