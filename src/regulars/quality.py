"""Findings about the data, and the reconciliation: every line read is a sale, a return, or set aside with a reason."""

from dataclasses import dataclass, field
from typing import Literal

from regulars.locale import Value


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the data that its owner should know. Words: `findings.<code>.title`, `.says`, `.fix`.

    `.title` is a few words, `.says` one sentence that may use {count:n}, {of:n}, {share:pct1} and `values`, `.fix` the
    way to mend it.
    """

    code: str
    count: int
    of: int
    unit: Literal["lines", "orders", "customers", "columns", "products"] = "lines"
    samples: tuple[dict[str, str], ...] = ()  # at most five rows, no personal columns
    values: dict[str, Value] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """count / of; 0 where there is nothing to count."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class SetAside:
    """Lines left out for one reason, with the money that stands on them (None: no amounts in the data)."""

    reason: str  # words: reasons.<reason>
    lines: int
    amount: float | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """read = sales + returns + set aside, in lines and in money, to the unit."""

    read: int
    sales: int
    returns: int
    set_aside: tuple[SetAside, ...]
    read_amount: float | None
    sales_amount: float | None
    returns_amount: float | None  # negative

    def __post_init__(self) -> None:
        left = self.read - self.sales - self.returns - sum(part.lines for part in self.set_aside)
        if left:
            raise AssertionError(f"{left} lines are neither sale, return nor set aside")

    def lines(self, reason: str) -> int:
        """How many lines were set aside for a reason."""
        return sum(part.lines for part in self.set_aside if part.reason == reason)

    @property
    def returned(self) -> float | None:
        """The money of the returns, as a positive number."""
        return None if self.returns_amount is None else abs(self.returns_amount)

    @property
    def net(self) -> float | None:
        """Sales less returns."""
        if self.sales_amount is None or self.returns_amount is None:
            return None
        return round(self.sales_amount + self.returns_amount, 4)
