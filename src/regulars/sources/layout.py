"""What was recognised in an input: which column is what, how dates and numbers are written, and how sure that is."""

from dataclasses import dataclass
from typing import Literal

from regulars.locale import Message

Form = Literal["plain", "spaces", "any"]
Capitals = Literal["as_written", "upper", "lower"]


@dataclass(frozen=True, slots=True)
class Mapped:
    """One canonical column and the column of the input that fills it."""

    column: str  # canonical name (schema.NAMES)
    header: str  # as it stands in the input
    index: int  # position: the raw table's c<index>
    confidence: float  # 0..1
    why: Message
    pointed: bool = False  # ids that wear a `.0`, as data frames write whole numbers with gaps
    folded: bool = False  # names that stand for the customer: one whatever their capitals and blanks
    capitals: Capitals = "as_written"  # of a customer's id: how it is written where capitals made several of one
    form: Form = "any"  # of a text column that each query reads anew: plain as it stands, or but for spaces at its ends


@dataclass(frozen=True, slots=True)
class DateFormat:
    """How a date column is written, decided on the whole column.

    `kind`: native | iso | pattern | excel_serial | yyyymmdd | unix. `patterns` are strptime forms, tried in order.
    """

    column: str
    kind: str
    patterns: tuple[str, ...] = ()
    day_first: bool | None = None
    assumed: bool = False  # no day above 12 anywhere: the more plausible order was taken


@dataclass(frozen=True, slots=True)
class Layout:
    """The recognised layout of an input."""

    name: str  # generic, or the export it was recognised as: shopify_orders, shopee_id_orders, ...
    mapping: tuple[Mapped, ...]
    attributes: tuple[str, ...]  # headers kept as attributes: columns of `lines` named attribute_<index>
    dates: tuple[DateFormat, ...]
    decimal: str  # "." or ","
    currency: str | None
    amount_rule: str  # line_total | unit_price | none: what the money column was found to be
    fill_down: tuple[str, ...]  # canonical columns filled on the first line of an order only
    skipped_rows: int  # description rows under the header
    assumptions: tuple[Message, ...]
    discount: str = (
        "none"  # money | minus (written below zero) | share | none: how the discount lowers price × quantity
    )
    total_rows: tuple[int, ...] = ()  # lines at the end of a file that add up the others
    beside: tuple[Mapped, ...] = ()  # what is no canonical column but changes one: see spread.BESIDE

    def header_of(self, column: str) -> str | None:
        """The input's header for a canonical column, or None where the input has none."""
        return next((mapped.header for mapped in self.mapping if mapped.column == column), None)
