"""Attributes of customers as the numbers that clusters were learned from: what `features/people` and `encode` say in
SQL for everybody, in numpy for a few. A test holds the two together on every customer of real tables.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from regulars.errors import InputError
from regulars.features.genders import MERGED, gender_of
from regulars.features.people import CHANNELS
from regulars.features.people_models import Attribute, Role
from regulars.quality import Finding
from regulars.segments.encode import encoding_of
from regulars.settings import Settings
from regulars.sources.cells import NO, YES
from regulars.sources.plausible import finding_of, placed_finding, plain, possible_of, repeats

if TYPE_CHECKING:
    from numpy.typing import NDArray

Arrays = Mapping[str, "NDArray[Any]"]
_PARTS: dict[str, tuple[Role, ...]] = {  # derived sums -> the roles of their parts
    "total_spending": ("spending",),
    "children": ("children",),
    "campaigns_accepted": ("accepted",),
    "total_transactions": CHANNELS,
}


class Recoder:
    """Reads attributes as a study's customer table has them. Made once per study."""

    def __init__(self, attributes: Sequence[Attribute], settings: Settings, rows: int, as_of: date | None) -> None:
        self.attributes = {attribute.name: attribute for attribute in attributes}
        self.names = {str(a.header): a.name for a in attributes if a.header} | {a.name: a.name for a in attributes}
        self._settings, self._as_of = settings, as_of
        self.source = encoding_of(attributes, settings, rows).source

    def read(self, given: Mapping[str, Sequence[Any]]) -> dict[str, "NDArray[Any]"]:
        """Columns by attribute, typed, with what follows from them. None: not known; what is not `given` is not there.

        Numbers and yes/no are floats (NaN: unknown), days datetime64, words objects.

        Raises InputError for a value that its column cannot hold.
        """
        held = {name: _possible(self.attributes[name], values) for name, values in given.items()}
        for attribute in self.attributes.values():
            if attribute.derived and attribute.name not in held:
                found = (self._merged if attribute.name == MERGED else self._derived)(attribute, held)
                held |= {} if found is None else {attribute.name: found}
        return held

    def impossible(self, given: Mapping[str, Sequence[Any]]) -> tuple[Finding, ...]:
        """What of these columns by attribute cannot be, and counts as unknown, as reading a table finds it."""
        found = []
        for name, values in given.items():
            attribute = self.attributes[name]
            held = _typed(attribute, values)
            known, title = sum(value is not None for value in values), attribute.header or attribute.name
            placed = _placed(attribute, held)
            for wrong, placeholder in ((_unlikely(attribute, held) & ~placed, False), (placed, True)):
                if not (count := int(wrong.sum())):
                    continue
                shown = Counter(plain(str(value)) for value, is_wrong in zip(values, wrong, strict=True) if is_wrong)
                examples = ", ".join(value for value, _ in shown.most_common(5))
                found.append(
                    placed_finding(title, (count, known), examples)
                    if placeholder
                    else finding_of(title, attribute.role, attribute.kind, (count, known), examples)
                )
        return tuple(found)

    def encoded(self, held: Arrays) -> dict[str, "NDArray[Any]"]:
        """The columns that clusters are learned from, as floats, as far as their attributes are there."""
        columns: dict[str, NDArray[Any]] = {}
        for name, source in self.source.items():
            if source in held:
                place = [other for other, of in self.source.items() if of == source].index(name)
                columns[name] = self._column(self.attributes[source], held[source], place)
        return columns

    def _column(self, attribute: Attribute, values: "NDArray[Any]", place: int) -> "NDArray[Any]":
        """One column of an attribute, the `place`-th of those it has (one-hot has one per level)."""
        import numpy as np

        if attribute.kind in {"number", "yes_no"}:
            return values
        if attribute.kind == "category" and self._settings.encoding == "one_hot":
            levels = attribute.levels[1:] if len(attribute.levels) == 2 else attribute.levels
            return np.asarray(values == levels[place], dtype=float)
        ranks = {level: float(rank) for rank, level in enumerate(attribute.levels)}
        return np.array([ranks.get(value, np.nan) for value in values], dtype=float)

    def _derived(self, attribute: Attribute, held: Arrays) -> "NDArray[Any] | None":
        """A derived column from those it comes from; None where one of them is not there."""
        import numpy as np

        if attribute.name in _PARTS:
            parts = self._of(*_PARTS[attribute.name])
            return np.sum([held[part] for part in parts], axis=0) if all(part in held for part in parts) else None
        name = attribute.name
        if name == "age_at_joining":
            return _from(lambda born, joined: _within(_year(joined) - born, 0, 120), self._born(held), self._day(held))
        if name == "age_then":
            year = self._as_of.year if self._as_of else 0
            return _from(lambda born: _within(year - born, 0, 120), self._born(held))
        if name == "generation":
            return _from(self._generation, self._born(held))
        if name == "tenure":
            day = np.datetime64(self._as_of)
            return _from(lambda joined: _within(_days(day - joined), 0, np.inf), self._day(held))
        return None  # the response rate, which no cluster is learned from

    def _merged(self, attribute: Attribute, held: Arrays) -> "NDArray[Any] | None":
        """One word for each gender, from the column as it was read."""
        header = str(attribute.formula.values["column"]) if attribute.formula else ""
        return _from(partial(_genders, attribute), held.get(self.names.get(header, "")))

    def _of(self, *roles: Role) -> list[str]:
        """The columns of the input with one of these roles."""
        return [a.name for a in self.attributes.values() if a.role in roles and a.filled and not a.derived]

    def _born(self, held: Arrays) -> "NDArray[Any] | None":
        """Years of birth."""
        name = next(iter(self._of("birth_year", "birth_date")), "")
        values = held.get(name)
        return _year(values) if values is not None and values.dtype.kind == "M" else values

    def _day(self, held: Arrays) -> "NDArray[Any] | None":
        return held.get(next(iter(self._of("joined")), ""))

    def _generation(self, born: "NDArray[Any]") -> "NDArray[Any]":
        import numpy as np

        ordered = sorted(self._settings.generations.items(), key=lambda pair: pair[1])
        names = np.array([name for name, _ in ordered], dtype=object)
        place = np.searchsorted([year for _, year in ordered], np.nan_to_num(born), side="right") - 1
        return np.asarray(np.where(np.isnan(born), None, names[np.maximum(place, 0)]))


def _from(make: Callable[..., "NDArray[Any]"], *parts: "NDArray[Any] | None") -> "NDArray[Any] | None":
    return None if any(part is None for part in parts) else make(*parts)


def _genders(attribute: Attribute, values: "NDArray[Any]") -> "NDArray[Any]":
    """The table's word for each gender; None for what is no known spelling."""
    import numpy as np

    p = str(attribute.formula.values["p"]) if attribute.formula else ""
    words = {gender_of(level, p): level for level in attribute.levels}
    genders = [None if value is None else gender_of(value, p) for value in values.tolist()]
    return np.array([None if gender is None else words.get(gender) for gender in genders], dtype=object)


def _year(days: "NDArray[Any]") -> "NDArray[Any]":
    import numpy as np

    return np.where(np.isnat(days), np.nan, days.astype("datetime64[Y]").astype(float) + 1970)


def _days(apart: "NDArray[Any]") -> "NDArray[Any]":
    import numpy as np

    return np.where(np.isnat(apart), np.nan, apart.astype(float))


def _within(values: "NDArray[Any]", low: float, high: float) -> "NDArray[Any]":
    import numpy as np

    return np.where((values >= low) & (values <= high), values, np.nan)


def _possible(attribute: Attribute, values: Iterable[Any]) -> "NDArray[Any]":
    """The column typed, without what cannot be."""
    import numpy as np

    held = _typed(attribute, values)
    if held.dtype.kind not in "fM":
        return held
    unknown = np.datetime64("NaT") if held.dtype.kind == "M" else np.nan
    return np.where(_unlikely(attribute, held), unknown, held)


def _unlikely(attribute: Attribute, held: "NDArray[Any]") -> "NDArray[Any]":
    """Which values cannot be."""
    import numpy as np

    bounds = attribute.possible or possible_of(attribute.role, attribute.kind)
    wrong = np.zeros(len(held), dtype=bool)
    if bounds is None or held.dtype.kind not in "fM":
        return wrong
    values = _year(held) if held.dtype.kind == "M" else held
    for bound, beyond in ((bounds.least, np.less), (bounds.most, np.greater)):
        wrong |= beyond(values, bound) if bound is not None else False
    if bounds.repeated is not None:
        far = np.flatnonzero(values > bounds.repeated)
        wrong[far] |= np.array([repeats(value) for value in values[far].tolist()], dtype=bool)
    wrong |= _placed(attribute, held)
    return wrong


def _placed(attribute: Attribute, held: "NDArray[Any]") -> "NDArray[Any]":
    """Which values are placeholders of the table that the study read."""
    import numpy as np

    if attribute.possible is None or held.dtype.kind not in "fM":
        return np.zeros(len(held), dtype=bool)
    return np.asarray(np.isin(held, np.array(attribute.possible.placed, dtype=held.dtype)))


def _typed(attribute: Attribute, values: Iterable[Any]) -> "NDArray[Any]":
    import numpy as np

    title = attribute.header or attribute.name
    if attribute.kind == "number":
        return np.array(numbers(title, values), dtype=float).round(4)  # as the table holds them
    if attribute.kind == "yes_no":
        return np.array(_cells(title, values, "yes_no", _yes_no), dtype=float)
    if attribute.kind == "date":
        return np.array(_cells(title, values, "date", _day_of), dtype="datetime64[D]")
    return np.array([None if value is None else str(value).strip() for value in values], dtype=object)


def numbers(title: str, values: Iterable[Any]) -> list[Any]:
    """Numbers, or the digits of numbers; None stays. Raises InputError naming the column and the value."""
    return _cells(title, values, "number", _number)


def _cells(title: str, values: Iterable[Any], kind: str, read: Callable[[Any], Any]) -> list[Any]:
    cells = []
    for value in values:
        try:
            cells.append(None if value is None else read(value))
        except (ValueError, TypeError) as error:
            raise InputError(f"score_value_{kind}", column=title, value=str(value)[:60]) from error
    return cells


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError(value)
    read = float(value)
    if not -1e14 < read < 1e14:  # what a column of money can hold
        raise ValueError(value)
    return read


def _yes_no(value: Any) -> float:
    word = str(value).strip().lower()
    if word in YES or word in NO:
        return float(word in YES)
    raise ValueError(value)


def _day_of(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value).strip()[:10])
