"""The order exports that shops and marketplaces give, recognised by their headers.

A template says which header fills which canonical column, so nothing is left to guessing, and what is peculiar to the
export: fields filled on an order's first line only, a row of descriptions under the header, discounts and refunds that
stand on the order.
"""

from dataclasses import dataclass, field

from regulars.sources.headers import normalised
from regulars.sources.layout import Mapped


@dataclass(frozen=True, slots=True)
class Template:
    """One export. `mapping` names, per canonical column, the headers that may fill it, best first."""

    name: str
    fingerprint: tuple[str, ...]  # headers that must all be there
    mapping: dict[str, tuple[str, ...]]
    amount_rule: str
    fill_down: bool = False  # order-level fields stand on the first line only
    beside: dict[str, str] = field(default_factory=dict)  # order_discount, ... (Layout.beside) -> header
    described: bool = False  # the row under the header describes the columns
    day_first: bool | None = None
    currency: str | None = None  # that all shops with this export sell in

    def filled_once(self, mapping: tuple[Mapped, ...]) -> tuple[str, ...]:
        """The canonical columns that stand on an order's first line only."""
        lines_own = {"order_id", "quantity", "unit_price", "discount", "product", "product_id", "line_id"}
        return tuple(m.column for m in mapping if m.column not in lines_own) if self.fill_down else ()


def _each(**columns: str) -> dict[str, tuple[str, ...]]:
    return {column: tuple(headers.split("|")) for column, headers in columns.items()}


TEMPLATES: tuple[Template, ...] = (
    Template(
        name="shopify_orders",
        fingerprint=("Name", "Email", "Financial Status", "Created at", "Lineitem quantity", "Lineitem price"),
        mapping=_each(
            order_id="Name",
            customer_id="Email|Billing Phone|Shipping Phone|Phone|Billing Name",
            email="Email",
            ordered_at="Created at|Paid at",
            shipped_at="Fulfilled at",
            quantity="Lineitem quantity",
            unit_price="Lineitem price",
            discount="Lineitem discount",
            product="Lineitem name",
            product_id="Lineitem sku",
            currency="Currency",
            status="Financial Status",
            ship_mode="Shipping Method",
            consent_email="Accepts Marketing",
            name="Billing Name|Shipping Name",
            phone="Billing Phone|Shipping Phone|Phone",
            country="Shipping Country|Billing Country",
            state="Shipping Province|Billing Province",
            city="Shipping City|Billing City",
            postcode="Shipping Zip|Billing Zip",
            channel="Source",
        ),
        amount_rule="unit_price",
        fill_down=True,
        beside={
            "order_discount": "Discount Amount",
            "order_refund": "Refunded Amount",
            "order_subtotal": "Subtotal",
            "order_shipping": "Shipping",
            "order_taxes": "Taxes",
            "order_paid": "Total",
            "cancelled_at": "Cancelled at",
        },
    ),
    Template(
        name="tiktok_shop_tokopedia_orders",
        fingerprint=("Order ID", "Order Status", "SKU Subtotal After Discount", "Buyer Username", "Created Time"),
        mapping=_each(
            order_id="Order ID",
            customer_id="Buyer Username|Phone #|Recipient",
            ordered_at="Created Time|Paid Time",
            shipped_at="Shipped Time|RTS Time",
            quantity="Quantity",
            amount="SKU Subtotal After Discount",
            product="Product Name",
            product_id="Seller SKU|SKU ID",
            category="Product Category",
            status="Order Status",
            ship_mode="Delivery Option",
            name="Recipient",
            phone="Phone #",
            postcode="Zipcode",
            country="Country",
            state="Province",
            city="Regency and City",
            channel="Purchase Channel",
        ),
        amount_rule="line_total",
        beside={"returned_quantity": "Sku Quantity of return"},
        described=True,
        day_first=True,
    ),
    Template(
        name="shopee_id_orders",
        fingerprint=("No. Pesanan", "Status Pesanan", "Harga Setelah Diskon", "Jumlah", "Username (Pembeli)"),
        mapping=_each(
            order_id="No. Pesanan",
            customer_id="Username (Pembeli)|No. Telepon|Nama Penerima",
            ordered_at="Waktu Pesanan Dibuat|Waktu Pembayaran Dilakukan",
            shipped_at="Waktu Pengiriman Diatur",
            quantity="Jumlah",
            unit_price="Harga Setelah Diskon",
            product="Nama Produk",
            product_id="Nomor Referensi SKU|SKU Induk",
            status="Status Pesanan",
            ship_mode="Opsi Pengiriman",
            name="Nama Penerima",
            phone="No. Telepon",
            city="Kota/Kabupaten",
            state="Provinsi",
        ),
        amount_rule="unit_price",
        beside={"returned_quantity": "Returned quantity"},
        currency="IDR",
    ),
    Template(
        name="tokopedia_legacy_sales_report",
        fingerprint=("Nomor Invoice", "Nama Pembeli", "Jumlah Barang", "Harga Jual (IDR)", "Tanggal Pembayaran"),
        mapping=_each(
            order_id="Nomor Invoice",
            customer_id="Nama Pembeli",
            name="Nama Pembeli",
            ordered_at="Tanggal Pembayaran",
            quantity="Jumlah Barang",
            unit_price="Harga Jual (IDR)",
            product="Nama Barang",
            ship_mode="Kurir",
            status="Status Terakhir",
        ),
        amount_rule="unit_price",
        day_first=True,
        currency="IDR",
    ),
    Template(
        name="woocommerce_analytics_orders",
        fingerprint=("Date", "Commande n°", "État", "Client", "Produit(s)", "Ventes nettes"),
        mapping=_each(
            order_id="Commande n°",
            customer_id="Client",
            name="Client",
            ordered_at="Date",
            amount="Ventes nettes",
            quantity="Articles vendus",
            status="État",
            channel="Attribution",
        ),
        amount_rule="line_total",
    ),
    Template(
        name="woocommerce_analytics_orders",
        fingerprint=("Date", "Order #", "Status", "Customer", "Product(s)", "Net Sales"),
        mapping=_each(
            order_id="Order #",
            customer_id="Customer",
            name="Customer",
            ordered_at="Date",
            amount="Net Sales",
            quantity="Items sold",
            status="Status",
            channel="Attribution",
        ),
        amount_rule="line_total",
    ),
)


def template_of(headers: tuple[str, ...]) -> Template | None:
    """The export whose fingerprint these headers carry, else None."""
    have = {normalised(header) for header in headers}
    return next((t for t in TEMPLATES if all(normalised(header) in have for header in t.fingerprint)), None)
