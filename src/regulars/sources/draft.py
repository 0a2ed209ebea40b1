"""The mapping while it is being made: what is named how, what the cells look like, what is taken already."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from regulars.locale import Message, Value
from regulars.schema import NAMES
from regulars.settings import Settings
from regulars.sources.content import Content
from regulars.sources.layout import Mapped
from regulars.sources.raw import Raw

WEAK = 0.7  # below this a name means a column only if nothing better is there


@dataclass
class Draft:
    """One input under recognition. Steps take columns from it, the best first."""

    raw: Raw
    settings: Settings
    named: dict[str, dict[int, float]]  # canonical column -> input column -> strength of its name
    contents: dict[int, Content]
    decimal: str = "."
    currency: str | None = None  # where the settings or the export leave no doubt
    taken: dict[str, Mapped] = field(default_factory=dict)
    beside: list[Mapped] = field(default_factory=list)
    assumptions: list[Message] = field(default_factory=list)
    amount_rule: str = "none"
    discount: str = "none"

    @property
    def used(self) -> set[int]:
        """Input columns that fill something already."""
        return {mapped.index for mapped in [*self.taken.values(), *self.beside]}

    def free(self, column: str) -> list[int]:
        """Columns named like this canonical column that fill nothing yet and were looked into, best name first."""
        named, used = self.named.get(column, {}), self.used
        return sorted((i for i in named if i in self.contents and i not in used), key=lambda i: (-named[i], i))

    def index_of(self, column: str) -> int | None:
        """The input column that fills a canonical one."""
        return self.taken[column].index if column in self.taken else None

    def take(self, column: str, index: int, confidence: float, why: str, **values: Value) -> None:
        """Fill a canonical column (or one beside them) from an input column."""
        header = self.raw.headers[index]
        cells = self.contents[index].cells if index in self.contents else ()
        pointed = any(cell.endswith(".0") for cell in cells) and all(re.fullmatch(r"\d+(\.0)?", c) for c in cells)
        said = Message(f"layout.why.{why}", values)
        mapped = Mapped(column, header, index, round(min(confidence, 1.0), 2), said, pointed)
        if column in NAMES:
            self.taken[column] = mapped
        else:
            self.beside.append(mapped)

    def assume(self, name: str, **values: Value) -> None:
        """Say in the output what was taken for granted."""
        self.assumptions.append(Message(f"layout.assumption.{name}", values))

    def cells(self, columns: Iterable[str]) -> list[str]:
        """The sampled cells of all columns that are named like these, together."""
        indexes = {index for column in columns for index in self.named.get(column, {}) if index in self.contents}
        return [cell for index in sorted(indexes) for cell in self.contents[index].cells]
