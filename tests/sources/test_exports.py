"""The order exports of shops and marketplaces, each with made-up rows as such a file has them."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from regulars.settings import Settings
from regulars.sources import read
from regulars.sources.layouts import TEMPLATES
from regulars.sources.lines import Lines

HOSTILE = '=HYPERLINK("http://x") <script>, 🎁 \u202eهدية'


def headers_of(data: Path, name: str) -> list[str]:
    layouts = json.loads((data / "order-export-layouts" / "layouts.json").read_text(encoding="utf-8"))
    return list(layouts[name]["columns"])


def write(path: Path, headers: list[str], rows: list[dict[str, str]], delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, headers, delimiter=delimiter, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def all_of(lines: Lines) -> list[dict[str, Any]]:
    return lines.engine.rows("select * from lines order by line")


def amounts(lines: Lines) -> list[Decimal]:
    return [row["amount"] for row in all_of(lines)]


SHOPIFY = [
    {
        "Name": "#1001", "Email": "Ana@Example.com", "Financial Status": "paid", "Paid at": "2012-01-01 11:13:25 -0500",
        "Created at": "2012-01-01 11:13:24 -0500", "Accepts Marketing": "yes", "Currency": "USD", "Subtotal": "50.00",
        "Shipping": "5.00", "Taxes": "4.00", "Total": "59.00", "Discount Amount": "10.00", "Shipping Method": "Ground",
        "Lineitem quantity": "2", "Lineitem name": HOSTILE, "Lineitem price": "10.00", "Lineitem sku": "'001",
        "Billing Name": "Ana Díaz", "Shipping Country": "US", "Shipping Zip": "'02139", "Refunded Amount": "0.00",
        "Lineitem discount": "0.00", "Id": "5001", "Source": "web",
    },
    {"Name": "#1001", "Email": "ana@example.com ", "Lineitem quantity": "1", "Lineitem name": "Mug",
     "Lineitem price": "25.00", "Lineitem sku": "M1", "Lineitem discount": "0.00"},
    {"Name": "#1001", "Email": "ana@example.com", "Lineitem quantity": "1", "Lineitem name": "Pen",
     "Lineitem price": "15.00", "Lineitem sku": "P1", "Lineitem discount": "0.00"},
    {"Name": "#1002", "Email": "bo@example.com", "Financial Status": "partially_refunded",
     "Created at": "2012-01-02 23:30:00 -0500", "Currency": "USD", "Subtotal": "30.00", "Shipping": "0.00",
     "Taxes": "0.00",
     "Total": "30.00", "Discount Amount": "0.00", "Lineitem quantity": "3", "Lineitem name": "Pen",
     "Lineitem price": "10.00", "Refunded Amount": "10.00", "Lineitem discount": "0.00", "Accepts Marketing": "no"},
    {"Name": "#1003", "Email": "cy@example.com", "Financial Status": "voided",
     "Created at": "2012-01-03 09:00:00 -0500",
     "Cancelled at": "2012-01-03 10:00:00 -0500",
     "Currency": "USD", "Subtotal": "10.00", "Lineitem quantity": "1",
     "Lineitem name": "Pen", "Lineitem price": "10.00"},
]  # fmt: skip


@pytest.fixture
def shopify(data: Path, tmp_path: Path) -> Lines:
    return read(write(tmp_path / "orders_export.csv", headers_of(data, "shopify_orders_export"), SHOPIFY))


def test_shopify_order_fields_reach_every_line(shopify: Lines) -> None:
    assert shopify.layout.name == "shopify_orders"
    first, second, third, fourth, fifth = all_of(shopify)
    assert [row["customer_id"] for row in (first, second, third)] == ["ana@example.com"] * 3
    assert second["ordered_at"] == third["ordered_at"] == first["ordered_at"]
    assert (second["currency"], second["status"], second["country"], second["name"]) == (
        "USD",
        "paid",
        "US",
        "Ana Díaz",
    )
    assert first["consent_email"] is True and third["consent_email"] is True and fourth["consent_email"] is False
    assert (first["product_id"], first["postcode"], first["product"]) == ("001", "02139", HOSTILE)
    assert fifth["status"] == "cancelled"
    assert first["ordered_at"].isoformat() == "2012-01-01T11:13:24"  # as written
    kept = {said.key.removeprefix("layout.assumption.") for said in shopify.layout.assumptions}
    assert kept == {"order_discount", "order_refund", "zone_kept"}
    assert shopify.layout.currency == "USD"


def test_shopify_discount_and_refund_are_spread_once_and_add_up(shopify: Lines) -> None:
    # 20 + 25 + 15 = 60, less 10: thirds of a cent must not get lost
    assert amounts(shopify)[:3] == [Decimal("16.67"), Decimal("20.83"), Decimal("12.50")]
    assert amounts(shopify)[3:] == [Decimal("20.00"), Decimal("10.00")]


def test_shopify_days_follow_the_shops_time_zone(data: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "o.csv", headers_of(data, "shopify_orders_export"), SHOPIFY)
    assert all_of(read(path))[3]["ordered_at"].isoformat() == "2012-01-02T23:30:00"
    lines = read(path, Settings(timezone="Asia/Jakarta"))
    assert all_of(lines)[3]["ordered_at"].isoformat() == "2012-01-03T11:30:00"
    assert any(said.key == "layout.assumption.zone" for said in lines.layout.assumptions)


@pytest.mark.parametrize(
    ("subtotal", "discount", "shipping", "total", "expected"),
    [
        ("15.00", "5.00", "0.00", "15.00", ["8.00", "7.00"]),  # the order's discount is the lines' own, stated again
        ("12.00", "3.00", "0.00", "12.00", ["6.40", "5.60"]),  # a discount on top of the lines' own
        ("13.00", "7.00", "0.00", "13.00", ["6.93", "6.07"]),  # it holds the lines' own (5) and 2 more
    ],
)
def test_shopify_discounts_on_lines_are_not_taken_off_twice(
    data: Path, tmp_path: Path, subtotal: str, discount: str, shipping: str, total: str, expected: list[str]
) -> None:
    order = {"Name": "#1", "Email": "a@b.co", "Financial Status": "paid", "Created at": "2024-05-01 10:00:00 +0700",
             "Subtotal": subtotal, "Discount Amount": discount, "Shipping": shipping, "Taxes": "0", "Total": total,
             "Lineitem quantity": "1", "Lineitem price": "10.00", "Lineitem discount": "2.00"}  # fmt: skip
    second = {
        "Name": "#1",
        "Email": "a@b.co",
        "Lineitem quantity": "1",
        "Lineitem price": "10.00",
        "Lineitem discount": "3.00",
    }
    lines = read(write(tmp_path / "o.csv", headers_of(data, "shopify_orders_export"), [order, second]))
    assert amounts(lines) == [Decimal(value) for value in expected]


def test_shopify_free_shipping_code_takes_nothing_off_the_lines(data: Path, tmp_path: Path) -> None:
    order = {"Name": "#1", "Email": "a@b.co", "Financial Status": "paid", "Created at": "2024-05-01 10:00:00 +0700",
             "Subtotal": "10.00", "Discount Amount": "5.00", "Shipping": "0.00", "Taxes": "1.00", "Total": "11.00",
             "Lineitem quantity": "1", "Lineitem price": "10.00", "Lineitem discount": "0.00"}  # fmt: skip
    lines = read(write(tmp_path / "o.csv", headers_of(data, "shopify_orders_export"), [order]))
    assert amounts(lines) == [Decimal(10)]


def test_shopify_refund_with_tax_and_shipping_leaves_no_negative_order(data: Path, tmp_path: Path) -> None:
    order = {"Name": "#1", "Email": "a@b.co", "Financial Status": "refunded", "Created at": "2024-05-01 10:00:00 +0700",
             "Subtotal": "10.00", "Discount Amount": "0.00", "Shipping": "5.00", "Taxes": "1.00", "Total": "16.00",
             "Refunded Amount": "16.00", "Lineitem quantity": "1", "Lineitem price": "10.00"}  # fmt: skip
    lines = read(write(tmp_path / "o.csv", headers_of(data, "shopify_orders_export"), [order]))
    assert amounts(lines) == [Decimal(0)]


TIKTOK = [
    {"Order ID": "Platform unique order ID.", "Order Status": "Current order status.", "Quantity": "SKU sold quantity.",
     "SKU Subtotal After Discount": "Subtotal after all discounts.", "Created Time": "Order creation time.",
     "Buyer Username": "Buyer's user name."},
    {"Order ID": "5780001\t", "Order Status": "Selesai", "Seller SKU": "SKU-1\t", "Product Name": "Kopi Gayo, 250 g",
     "Quantity": "2", "Sku Quantity of return": "0", "SKU Unit Original Price": "IDR 60.000",
     "SKU Subtotal Before Discount": "IDR 120.000", "SKU Subtotal After Discount": "IDR 99.000",
     "Order Amount": "IDR 115.000", "Created Time": "05/03/2024 10:15:00\t", "Shipped Time": "06/03/2024 09:00:00",
     "Buyer Username": "budi_88", "Recipient": "B***i", "Phone #": "(+62)812*****88", "Country": "Indonesia",
     "Province": "Jawa Barat", "Regency and City": "Bandung", "Product Category": "Kopi", "Purchase Channel": "TikTok"},
    {"Order ID": "5780001\t", "Order Status": "Selesai", "Seller SKU": "SKU-2", "Product Name": "Teh",
     "Quantity": "1", "Sku Quantity of return": "1", "SKU Subtotal Before Discount": "IDR 16.000",
     "SKU Subtotal After Discount": "IDR 16.000", "Order Amount": "IDR 115.000", "Created Time": "05/03/2024 10:15:00",
     "Buyer Username": "budi_88"},
    {"Order ID": "5780002", "Order Status": "Dibatalkan", "Product Name": "Teh", "Quantity": "3",
     "SKU Subtotal After Discount": "IDR 48.000", "Created Time": "07/03/2024 23:59:59", "Buyer Username": "s***i"},
]  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_tiktok_skips_the_row_of_descriptions(data: Path, tmp_path: Path, delimiter: str) -> None:
    path = write(tmp_path / "tiktok.csv", headers_of(data, "tiktok_shop_tokopedia_orders"), TIKTOK, delimiter)
    lines = read(path)
    assert (lines.layout.name, lines.layout.skipped_rows, lines.rows) == ("tiktok_shop_tokopedia_orders", 1, 3)
    first, returned, cancelled = all_of(lines)
    assert (first["order_id"], first["product_id"], first["customer_id"]) == ("5780001", "SKU-1", "budi_88")
    assert first["ordered_at"].isoformat() == "2024-03-05T10:15:00"
    assert (first["amount"], first["quantity"], first["unit_price"]) == (99_000, 2, 49_500)
    assert (returned["amount"], returned["quantity"]) == (0, 0)
    assert "layout.assumption.returned_quantity" in [said.key for said in lines.layout.assumptions]
    assert (cancelled["status"], cancelled["amount"]) == ("Dibatalkan", 48_000)
    assert (lines.layout.currency, lines.layout.decimal) == ("IDR", ",")
    assert all(row["unparsed"] is None for row in all_of(lines))


SHOPEE = [
    {"No. Pesanan": "240301ABC", "Status Pesanan": "Selesai", "Opsi Pengiriman": "Reguler", "No. Resi": "-",
     "Waktu Pengiriman Diatur": "2024-03-02 08:00", "Waktu Pesanan Dibuat": "2024-03-01 21:14",
     "Nama Produk": "Batik Cap \"Mega\"", "Nomor Referensi SKU": "B-01", "Harga Awal": "150.000",
     "Harga Setelah Diskon": "125.000", "Jumlah": "2", "Returned quantity": "0", "Dibayar Pembeli": "262.000",
     "Total Diskon": "50.000", "Ongkos Kirim Dibayar oleh Pembeli": "12.000", "Total Pembayaran": "262.000",
     "Username (Pembeli)": "sari.dewi", "Nama Penerima": "S****i", "No. Telepon": "******12",
     "Kota/Kabupaten": "KOTA BANDUNG", "Provinsi": "JAWA BARAT", "Waktu Pesanan Selesai": "2024-03-06 10:00"},
    {"No. Pesanan": "240301ABC", "Status Pesanan": "Selesai", "Waktu Pengiriman Diatur": "2024-03-02 08:00",
     "Waktu Pesanan Dibuat": "2024-03-01 21:14", "Nama Produk": "Kain", "Harga Awal": "80.000",
     "Harga Setelah Diskon": "80.000", "Jumlah": "3", "Returned quantity": "1", "Username (Pembeli)": "sari.dewi",
     "Total Pembayaran": "262.000"},
    {"No. Pesanan": "240302XYZ", "Status Pesanan": "Batal", "Alasan Pembatalan": "Ubah alamat",
     "Waktu Pengiriman Diatur": "-", "Waktu Pesanan Dibuat": "2024-03-02 07:05", "Nama Produk": "Kain",
     "Harga Awal": "80.000", "Harga Setelah Diskon": "80.000", "Jumlah": "1", "Returned quantity": "0",
     "Username (Pembeli)": "tono", "Waktu Pesanan Selesai": "-"},
]  # fmt: skip


def test_shopee_reads_dots_as_thousands_and_dashes_as_nothing(data: Path, tmp_path: Path) -> None:
    lines = read(write(tmp_path / "Order.all.csv", headers_of(data, "shopee_id_orders"), SHOPEE))
    assert (lines.layout.name, lines.layout.decimal, lines.layout.currency) == ("shopee_id_orders", ",", "IDR")
    assert not any(said.key == "layout.assumption.decimal" for said in lines.layout.assumptions)
    first, partly_returned, cancelled = all_of(lines)
    assert (first["amount"], first["unit_price"], first["quantity"]) == (250_000, 125_000, 2)
    assert (partly_returned["amount"], partly_returned["quantity"]) == (160_000, 2)
    assert (cancelled["status"], cancelled["shipped_at"], cancelled["unparsed"]) == ("Batal", None, None)
    assert first["ordered_at"].isoformat() == "2024-03-01T21:14:00"
    assert [row["customer_id"] for row in (first, cancelled)] == ["sari.dewi", "tono"]
    assert (first["city"], first["state"]) == ("KOTA BANDUNG", "JAWA BARAT")


def test_tokopedia_legacy(data: Path, tmp_path: Path) -> None:
    rows = [
        {"Nomor Invoice": "INV/20230105/1", "Nama Pembeli": "Rina", "Nama Barang": "Madu", "Harga Jual (IDR)": "75.000",
         "Jumlah Barang": "2", "Kurir": "JNE", "Ongkos Kirim (IDR)": "9.000", "Total Penjualan (IDR)": "159.000",
         "Tanggal Pembayaran": "05-01-2023", "Status Terakhir": "Pesanan Selesai"},
        {"Nomor Invoice": "INV/20230211/2", "Nama Pembeli": "Dodi", "Nama Barang": "Madu", "Harga Jual (IDR)": "75.000",
         "Jumlah Barang": "1", "Kurir": "SiCepat", "Ongkos Kirim (IDR)": "9.000", "Total Penjualan (IDR)": "84.000",
         "Tanggal Pembayaran": "11-02-2023", "Status Terakhir": "Pesanan Dibatalkan"},
    ]  # fmt: skip
    lines = read(write(tmp_path / "t.csv", headers_of(data, "tokopedia_legacy_sales_report"), rows))
    assert (lines.layout.name, lines.layout.currency) == ("tokopedia_legacy_sales_report", "IDR")
    assert amounts(lines) == [150_000, 75_000]
    assert [row["ordered_at"].date().isoformat() for row in all_of(lines)] == ["2023-01-05", "2023-02-11"]
    assert [row["customer_id"] for row in all_of(lines)] == ["rina", "dodi"]
    assert [row["name"] for row in all_of(lines)] == ["Rina", "Dodi"]


def test_woocommerce_keeps_one_line_an_order(data: Path, tmp_path: Path) -> None:
    rows = [
        {"Date": "2024-03-05 10:15:00", "Commande n°": "881", "État": "terminée", "Client": "Zoé Petit",
         "Produit(s)": "Savon x 1, Bougie x 2", "Articles vendus": "3", "Ventes nettes": "1 234,50"},
        {"Date": "2024-03-06 10:15:00", "Commande n°": "882", "État": "annulée", "Client": "Luc Roy",
         "Produit(s)": "Savon x 1", "Articles vendus": "1", "Ventes nettes": "8,90"},
    ]  # fmt: skip
    lines = read(write(tmp_path / "w.csv", headers_of(data, "woocommerce_analytics_orders_fr"), rows))
    assert lines.layout.name == "woocommerce_analytics_orders"
    assert amounts(lines) == [Decimal("1234.50"), Decimal("8.90")]
    assert [row["order_id"] for row in all_of(lines)] == ["881", "882"]


def test_fingerprints_tell_the_exports_apart() -> None:
    for template in TEMPLATES:
        others = [other for other in TEMPLATES if other is not template]
        assert not any(set(other.fingerprint) <= set(template.fingerprint) for other in others)
