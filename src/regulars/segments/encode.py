"""What of a customer table goes into the distance between customers, and as which numbers.

Numbers go in as they are, or as their logarithm where a few large values would decide everything; ordered categories as
ranks, 0 the lowest. Nominal categories and yes/no stay out (they describe the groups afterwards) unless the setting
`encoding` asks for them: `one_hot` makes one column of 0 and 1 per value, `gower` and `k_prototypes` compare words as
words (alike or not).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine, quoted, text
from regulars.errors import SettingsError
from regulars.features.people_models import Attribute, Role
from regulars.segments.sample import Sample, read_columns
from regulars.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

SKEWED = 1.0  # from this skewness on a number that is never below zero is taken as its logarithm
MOST_VALUES = 30  # of a category that becomes columns of 0 and 1
KNOWN = 0.5  # share of the customers whose value must be known
MIXED = ("gower", "k_prototypes")  # encodings that leave words words
_MEASURES = ("recency_days", "orders", "monetary")
# what orders the clusters, the best first: what customers spend, else what they could
_WORTH: tuple[Role, ...] = ("total_spending", "spending", "transactions", "score", "income")
_PARTS: dict[Role, Role] = {  # parts of a sum that is there as well
    "spending": "total_spending",
    "deals": "transactions",
    "web": "transactions",
    "catalogue": "transactions",
    "store": "transactions",
    "accepted": "campaigns_accepted",
    "birth_year": "age",
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """The columns that clusters are learned from: by name, the SQL over `people` and the attribute behind it."""

    columns: Mapping[str, str]
    source: Mapping[str, str]
    worth: str | None  # the attribute that orders the clusters
    codes: frozenset[str] = frozenset()  # columns of numbers that stand for words: they are alike or not

    @property
    def features(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(self.columns)


def encoding_of(attributes: Sequence[Attribute], settings: Settings, rows: int) -> Encoding:
    """What the settings choose of these attributes; all that tell customers apart where they choose nothing.

    Raises SettingsError where they name an attribute that is not there, or that has no number in this encoding.
    """
    wanted = _given(attributes, settings) or _telling(attributes, settings, rows)
    columns: dict[str, str] = {}
    source: dict[str, str] = {}
    for attribute in wanted:
        for name, sql in _numbers(attribute, settings, set(columns)):
            columns[name], source[name] = sql, attribute.name
    ranked = [a.name for role in _WORTH for a in attributes if a.role == role and a.kind == "number" and a.filled]
    nominal = {a.name for a in wanted if a.kind in {"category", "yes_no"}} if settings.encoding in MIXED else set()
    return Encoding(columns, source, next(iter(ranked), None), frozenset(name for name in columns if name in nominal))


def read_encoded(engine: Engine, encoding: Encoding, settings: Settings) -> tuple[Sample, tuple[str, ...]]:
    """The sample of `features` to learn from, and which of its columns are to be taken as logarithms."""
    import numpy as np

    names = dict.fromkeys((*encoding.features, *([encoding.worth] if encoding.worth else [])))
    numbers = read_columns(engine, settings, "features", tuple(names)) if names else {}
    features = tuple(name for name in encoding.features if not np.isnan(numbers[name]).all())
    rows = len(next(iter(numbers.values()), ()))
    first = encoding.worth or next(iter(features), None)
    values = np.column_stack([numbers[name] for name in features]) if features else np.empty((rows, 0))
    customers = int(engine.rows("select count(*) as n from features")[0]["n"])
    sample = Sample(customers, features, values, numbers[first] if first else np.zeros(rows))
    return sample, tuple(name for name in features if name not in encoding.codes and _skewed(numbers[name]))


def _given(attributes: Sequence[Attribute], settings: Settings) -> list[Attribute]:
    """The attributes that the setting `features` names, by column or by header; none where it was left alone."""
    if settings.features == _MEASURES:
        return []
    known = {_plain(name): a for a in attributes for name in (a.name, a.header) if name}
    found = []
    for name in settings.features:
        attribute = known.get(_plain(name))
        if attribute is None or not _numbers(attribute, settings, set()):
            usable = [a.name for a in attributes if _numbers(a, settings, set())]
            raise SettingsError("clusters_feature", name=name, known=", ".join(usable))
        found.append(attribute)
    return found


def _telling(attributes: Sequence[Attribute], settings: Settings, rows: int) -> list[Attribute]:
    """Attributes that differ, are mostly known, and are no part of a sum that is there as well."""
    roles = {a.role for a in attributes if a.filled}
    summed = {a.role for a in attributes if a.derived}  # of children, only their number
    found = []
    for a in attributes:
        part = (a.role in _PARTS and _PARTS[a.role] in roles) or (a.role in summed and not a.derived)
        chosen = a.kind != "yes_no" or settings.encoding != "ranks"
        if part or not chosen or a.distinct < 2 or a.filled < KNOWN * rows or a.role in {"generation", "response_rate"}:
            continue
        found += [a] if _numbers(a, settings, set()) else []
    return found


def _numbers(attribute: Attribute, settings: Settings, taken: set[str]) -> list[tuple[str, str]]:
    """The attribute as columns of numbers; none where it has no number."""
    column = f"p.{quoted(attribute.name)}"
    if attribute.kind == "number":
        return [(attribute.name, f"cast({column} as double)")]
    if attribute.kind == "yes_no":
        return [(attribute.name, f"cast(case when {column} then 1 when not {column} then 0 end as double)")]
    if attribute.kind == "ordered":
        ranks = " ".join(f"when {text(level)} then {rank}" for rank, level in enumerate(attribute.levels))
        return [(attribute.name, f"cast(case {column} {ranks} end as double)")]
    if attribute.kind == "category" and settings.encoding == "one_hot" and attribute.distinct <= MOST_VALUES:
        return _one_hot(attribute, column, taken)
    if attribute.kind == "category" and settings.encoding in MIXED:
        codes = " ".join(f"when {text(level)} then {code}" for code, level in enumerate(attribute.levels))
        return [(attribute.name, f"cast(case {column} {codes} end as double)")]
    return []


def _one_hot(attribute: Attribute, column: str, taken: set[str]) -> list[tuple[str, str]]:
    """One column of 0 and 1 per value, of two values for the rarer one alone; who has none is 0 everywhere."""
    found = []
    levels = attribute.levels[1:] if len(attribute.levels) == 2 else attribute.levels
    for place, level in enumerate(levels, 1):
        word = "_".join(re.findall(r"[a-z0-9]+", level.lower()))[:40] or str(place)
        name = f"{attribute.name}_is_{word}"
        name = f"{name}_{place}" if name in taken else name
        taken.add(name)
        found.append((name, f"cast(case when {column} = {text(level)} then 1 else 0 end as double)"))
    return found


def _skewed(values: "NDArray[Any]") -> bool:
    """Whether a few values lie far above the others. Two values have no shape."""
    import numpy as np

    known = values[~np.isnan(values)]
    if not len(known) or known.min() < 0 or len(np.unique(known)) < 5:
        return False
    deviation = float(known.std())
    return deviation > 0 and float(((known - known.mean()) ** 3).mean()) / deviation**3 > SKEWED


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
