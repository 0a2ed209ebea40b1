"""What headers mean, whatever their case, punctuation, language and currency."""

import pytest

from regulars.schema import NAMES
from regulars.sources.headers import currency_in, currency_of, meanings, normalised
from regulars.sources.spread import BESIDE


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("InvoiceNo", "order_id"), ("ORDER_ID", "order_id"), ("No. Pesanan", "order_id"), ("Nomor Invoice", "order_id"),
        ("Customer ID", "customer_id"), ("CUST_NO", "customer_id"),
        ("custId", "customer_id"), ("ID Pelanggan", "customer_id"),
        ("household_id", "customer_id"), ("Order Date (UTC)", "ordered_at"), ("Tgl. Transaksi", "ordered_at"),
        ("Tanggal Pesanan", "ordered_at"), ("Date de commande", "ordered_at"), ("Created at", "ordered_at"),
        ("StockCode", "product_id"), ("Kode Barang", "product_id"),
        ("Nama Produk", "product"), ("Désignation", "product"),
        ("Sub-Category", "subcategory"), ("Kategori", "category"), ("QTY", "quantity"), ("Jumlah Barang", "quantity"),
        ("number_of_cds", "quantity"), ("Harga Satuan (Rp)", "unit_price"), ("UnitPrice", "unit_price"),
        ("Total Harga (IDR)", "amount"), ("Sales Amount (USD)", "amount"),
        ("dollar_value", "amount"), ("Montant", "amount"),
        ("Ongkos Kirim", "shipping_cost"), ("Provinsi", "state"), ("Kota/Kabupaten", "city"), ("E-Mail", "email"),
        ("Phone #", "phone"), ("Username (Pembeli)", "username"), ("Row ID", "line_id"), ("Kurir", "ship_mode"),
        ("\ufeffCustomer ID", "customer_id"), ("Total Price USD", "amount"), ("Kundennummer", "customer_id"),
        ("Kode Plg", "customer_id"), ("NM_PLG", "name"), ("Kode Brg", "product_id"), ("Nm Brg", "product"),
        ("Kelompok", "category"), ("Tgl Nota", "ordered_at"), ("Ordered on", "ordered_at"), ("Tgl. Jual", "ordered_at"),
        ("Jml Brg", "quantity"), ("Hrg Sat", "unit_price"), ("No. Nota", "order_id"), ("Tot Hrg", "amount"),
        ("Diskon Pesanan (Rp)", "order_discount"), ("Refunded Amount", "order_refund"),
    ],
)  # fmt: skip
def test_a_header_means(header: str, column: str) -> None:
    assert meanings(header)[0][0] == column


@pytest.mark.parametrize("header", ["", "???", "column 7", "zzz", "🎁", "x" * 5000])
def test_a_header_that_means_nothing(header: str) -> None:
    assert meanings(header) == ()


def test_every_meaning_is_canonical() -> None:
    from regulars.sources.headers import _NAMES

    assert set(_NAMES) - {"username"} <= {*NAMES, *BESIDE}


def test_one_name_in_many_hands() -> None:
    assert {normalised(h) for h in ("orderDate", "Order_Date", "ORDER-DATE", "order date ($)", " Ordér  Date ")} == {
        "order date"
    }


def test_currency() -> None:
    assert [currency_in(h) for h in ("Harga (Rp)", "Sales USD", "Price €", "Amount", "Farm")] == [
        "IDR",
        "USD",
        "EUR",
        None,
        None,
    ]
    assert [currency_of(s) for s in ("Rp.", "idr", "$", "xx")] == ["IDR", "IDR", "USD", None]
