"""The canonical columns of an order line: name, type, what each holds. After `sources` every table has these names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A canonical column of the table `lines` (one row per line of the input)."""

    name: str
    kind: str  # DuckDB type
    holds: str


MONEY = "DECIMAL(18,4)"  # exact: money in a float adds up differently in another order of rows
QUANTITY = "DECIMAL(18,3)"

COLUMNS: tuple[Column, ...] = (
    Column("order_id", "VARCHAR", "the order, invoice or receipt that the line stands on"),
    Column("customer_id", "VARCHAR", "who bought; an e-mail address is lower-cased"),
    Column("ordered_at", "TIMESTAMP", "when the order was placed, in the shop's time zone"),
    Column("product_id", "VARCHAR", "the product's code (SKU)"),
    Column("product", "VARCHAR", "the product's name"),
    Column("category", "VARCHAR", "the product's category"),
    Column("subcategory", "VARCHAR", "the category below it"),
    Column("quantity", QUANTITY, "pieces; negative on a return"),
    Column("unit_price", MONEY, "price of one piece, shop currency"),
    Column("amount", MONEY, "the line's total after discounts, without tax, shop currency; negative on a return"),
    Column("discount", MONEY, "discount on the line: money, or a share where all values lie within 0..1"),
    Column("profit", MONEY, "profit on the line, shop currency"),
    Column("shipping_cost", MONEY, "shipping cost of the line, shop currency"),
    Column("ship_mode", "VARCHAR", "how it was shipped"),
    Column("shipped_at", "TIMESTAMP", "when it was shipped"),
    Column("country", "VARCHAR", "country of the buyer"),
    Column("region", "VARCHAR", "region of the buyer"),
    Column("state", "VARCHAR", "state or province of the buyer"),
    Column("city", "VARCHAR", "city of the buyer"),
    Column("postcode", "VARCHAR", "postcode of the buyer"),
    Column("market", "VARCHAR", "the market that the shop assigns"),
    Column("channel", "VARCHAR", "where it was sold: web, store, marketplace"),
    Column("status", "VARCHAR", "the order's status"),
    Column("line_id", "VARCHAR", "the line's own number in the source, where it is one"),
    Column("name", "VARCHAR", "the buyer's name"),
    Column("email", "VARCHAR", "the buyer's e-mail address, lower-cased"),
    Column("phone", "VARCHAR", "the buyer's telephone number"),
    Column("currency", "VARCHAR", "ISO 4217 code of the line's amounts"),
    Column("consent_email", "BOOLEAN", "may be written to by e-mail"),
    Column("consent_sms", "BOOLEAN", "may be written to by text message"),
    Column("consent_phone", "BOOLEAN", "may be called"),
)
NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
NECESSARY: tuple[str, ...] = ("customer_id", "ordered_at")
PERSONAL: frozenset[str] = frozenset({"name", "email", "phone", "postcode"})
IDS: tuple[str, ...] = ("order_id", "customer_id", "product_id", "line_id", "phone", "postcode")
