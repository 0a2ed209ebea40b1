"""Dates: how a column writes them is decided on the whole column, never row by row.

A cell's shape gives the forms it can have; only whether 8/11 is August or November is open, and there one day above 12
anywhere in the column settles it. A column without such a day takes the more plausible reading, and says so.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

_TIME = r"(?:[ T,]+(?P<h>\d{1,2})(?P<ts>[:.])\d{2}(?P<s>[:.]\d{2})?(?P<f>[.,]\d{1,9})?\s*(?P<p>[AaPp]\.?[Mm]\.?)?)?"
_ZONE = r"\s*(?P<z>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
_OFFSET = " *(Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$"
_YEAR_FIRST = re.compile(rf"^\d{{4}}(?P<d>[-/.])\d{{1,2}}(?P=d)\d{{1,2}}{_TIME}{_ZONE}$")
_TRIPLE = re.compile(rf"^(?P<a>\d{{1,2}})(?P<d>[-/.])(?P<b>\d{{1,2}})(?P=d)(?P<y>\d{{4}}|\d{{2}}){_TIME}{_ZONE}$")
_NAMED = re.compile(rf"^\d{{1,2}} [a-z]{{3}} (?P<y>\d{{4}}|\d{{2}}){_TIME}{_ZONE}$", re.IGNORECASE)
_WEEKDAY = r"^(?:mon|tue|wed|thu|fri|sat|sun|sen|sel|rab|kam|jum|sab|min|ahad)[a-z]*[.,]* +"
_LOCAL_ZONE = r" *\b(?:wib|wita|wit)\b\.?$"
_DAY_FIRST = r"^(\d{1,2})[^a-z0-9]*(?:de )?([a-z]{3})[a-z]*[^a-z0-9]*(?:de )?(\d{4}|\d{2})\b"
_MONTH_FIRST = r"^([a-z]{3})[a-z]*[^a-z0-9]*(\d{1,2})(?:st|nd|rd|th)?[^a-z0-9]+(\d{4})\b"
_MONTHS = {
    "ene": "jan",
    "peb": "feb",
    "fev": "feb",
    "mrt": "mar",
    "avr": "apr",
    "abr": "apr",
    "mei": "may",
    "mai": "may",
}
_MONTHS |= {"agu": "aug", "agt": "aug", "ags": "aug", "ago": "aug", "aou": "aug", "okt": "oct", "nop": "nov"}
_MONTHS |= {"des": "dec", "dez": "dec", "dic": "dec"}
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SHORT_ISO = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Shape:
    """What one cell looks like. `pattern` is a strptime form; `{a}` and `{b}` are day and month, not yet known."""

    kind: str  # iso | pattern | yyyymmdd | excel_serial | unix
    pattern: str
    first: int | None = None
    second: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """How a column of cells writes its dates: shapes by frequency, and what its first two numbers reach."""

    kind: str
    patterns: tuple[str, ...]
    first: int  # the greatest first number of the cells whose order is open, 0 without such cells
    second: int
    separator: str | None
    share: float  # of the cells that look like dates

    @property
    def open(self) -> bool:
        """Whether day and month could still be exchanged."""
        return any("{a}" in pattern for pattern in self.patterns)


def shape_of(cell: str) -> Shape | None:
    """What a cell looks like, None where it is no date."""
    if re.fullmatch(r"\d+([.,]\d+)?", cell):
        return _number_shape(cell)
    if found := _YEAR_FIRST.match(cell):
        sign = found["d"]
        if sign == "-" and not (found["f"] or found["p"] or found["z"] or found["ts"] == "."):
            return Shape("iso", SHORT_ISO)
        return Shape("iso" if sign == "-" else "pattern", f"%Y{sign}%m{sign}%d" + _clock(found, cell))
    if found := _TRIPLE.match(cell):
        sign, year = found["d"], "%Y" if len(found["y"]) == 4 else "%y"
        pattern = f"{{a}}{sign}{{b}}{sign}{year}" + _clock(found, cell)
        return Shape("pattern", pattern, int(found["a"]), int(found["b"]))
    return _named_shape(named(cell)) if re.search(r"[^\W\d_]{3}", cell) else None


def _named_shape(cell: str) -> Shape | None:
    found = _NAMED.match(cell)
    if found is None or cell.split()[1] not in _ENGLISH:
        return None
    year = "%Y" if len(found["y"]) == 4 else "%y"
    return Shape("pattern", f"%d %b {year}" + _clock(found, cell))


def _number_shape(cell: str) -> Shape | None:
    whole = re.split("[.,]", cell)[0]
    plain = whole == cell or set(re.split("[.,]", cell)[1]) == {"0"}
    if re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", whole) and plain:
        return Shape("yyyymmdd", "%Y%m%d")
    if re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d", whole) and plain:
        return Shape("yyyymmdd", "%Y%m%d%H%M%S")
    if len(whole) == 5 and 20_000 <= int(whole) < 80_000:
        return Shape("excel_serial", "")
    if len(whole) in (10, 13) and whole[0] in "123456789":
        return Shape("unix", "s" if len(whole) == 10 else "ms")
    return None


def _clock(found: "re.Match[str]", cell: str) -> str:
    if found["h"] is None:
        return " %z" if found["z"] and " " in cell else ("%z" if found["z"] else "")
    start = "T" if "T" in cell[: found.start("h")] else " "
    sign = found["ts"]
    text = start + ("%I" if found["p"] else "%H") + f"{sign}%M" + (f"{sign}%S" if found["s"] else "")
    text += (f"{found['f'][0]}%f" if found["f"] else "") + (
        " %p" if found["p"] and " " in cell[found.end("h") :] else ""
    )
    text += "%p" if found["p"] and "%p" not in text else ""
    blank = " " if found["z"] and cell[found.start("z") - 1] == " " else ""
    return text + (f"{blank}%z" if found["z"] else "")


def named(cell: str) -> str:
    """A cell with a month's name as `9 dec 2011 ...`, whatever its language; other cells in lower case."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", cell) if not unicodedata.combining(c)).lower()
    plain = re.sub(_LOCAL_ZONE, "", re.sub(_WEEKDAY, "", plain))
    if found := re.search(r"[a-z]{3,}", plain):
        plain = plain[: found.start()] + _month(found[0]) + plain[found.end() :]
    plain = re.sub(_MONTH_FIRST, r"\2 \1 \3", plain)
    return re.sub(_DAY_FIRST, r"\1 \2 \3", plain)


def _month(word: str) -> str:
    if word.startswith(("juin", "juil")):
        return "jun" if word.startswith("juin") else "jul"
    return _MONTHS.get(word[:3], word[:3])


def written(cells: Sequence[str]) -> Written | None:
    """How these cells (a column's sample, blanks trimmed) write dates; None where fewer than half look like dates."""
    read = _year_first if _years_stand_first(cells) else shape_of
    shapes = [shape for cell in cells if (shape := read(cell)) is not None]
    if not shapes or len(shapes) * 2 < len(cells):
        return None
    kind = Counter(shape.kind for shape in shapes).most_common(1)[0][0]
    patterns = Counter(
        shape.pattern for shape in shapes if (shape.kind in {"iso", "pattern"}) == (kind in {"iso", "pattern"})
    )
    if kind not in {"iso", "pattern"}:
        patterns = Counter(shape.pattern for shape in shapes if shape.kind == kind)
    ordered = sorted(patterns, key=lambda pattern: ("%y" not in pattern, -patterns[pattern], pattern))
    open_ = [shape for shape in shapes if shape.first is not None]
    separators = Counter(shape.pattern[3] for shape in open_)
    return Written(
        kind=kind,
        patterns=tuple(ordered),
        first=max((shape.first or 0 for shape in open_), default=0),
        second=max((shape.second or 0 for shape in open_), default=0),
        separator=separators.most_common(1)[0][0] if separators else None,
        share=len(shapes) / len(cells),
    )


def _years_stand_first(cells: Sequence[str]) -> bool:
    """Whether `24-05-28` is year, month and day: few first numbers, none of a month, before many last ones."""
    found = [triple for cell in cells if (triple := _TRIPLE.match(cell))]
    if not found or any(len(triple["y"]) > 2 for triple in found):
        return False
    years, months, days = ({int(triple[part]) for triple in found} for part in ("a", "b", "y"))
    return min(years) > 12 and max(months) <= 12 and max(days) <= 31 and 2 * len(years) <= len(days)


def _year_first(cell: str) -> Shape | None:
    shape = shape_of(cell)
    if shape is None or shape.first is None:
        return shape
    sign = shape.pattern[3]
    return Shape(shape.kind, shape.pattern.replace(f"{{a}}{sign}{{b}}{sign}%y", f"%y{sign}%m{sign}%d"))


def fixed(patterns: Sequence[str], day_first: bool) -> tuple[str, ...]:
    """Patterns with day and month put in their places."""
    a, b = ("%d", "%m") if day_first else ("%m", "%d")
    return tuple(pattern.format(a=a, b=b) if "{a}" in pattern else pattern for pattern in patterns)


def more_plausible(firsts: Sequence[tuple[int, int, int]]) -> bool | None:
    """Whether day first is the more plausible reading of (first, second, year) triples in the order of their rows.

    Files are mostly in order of time: the reading with fewer steps back wins, then the one whose days lie closer
    together (a wrong reading scatters twelve days over twelve months). None where neither speaks clearly.
    """
    readings = []
    for day, month in ((0, 1), (1, 0)):
        days = [date(c[2], c[month], c[day]).toordinal() for c in firsts if 1 <= c[month] <= 12 and 1 <= c[day] <= 12]
        steps = [later - sooner for sooner, later in pairwise(days)]
        backward, forward = sum(step < 0 for step in steps), sum(step > 0 for step in steps)
        jump = sum(map(abs, steps))
        readings.append((min(backward, forward), jump, max(days, default=0) - min(days, default=0)))
    (day_back, day_jump, day_span), (month_back, month_jump, month_span) = readings
    for ours, theirs in ((day_back, month_back), (day_jump, month_jump), (day_span, month_span)):
        if 3 * min(ours, theirs) < 2 * max(ours, theirs):  # by a third at least
            return ours < theirs
    return None


def date_sql(cell: str, kind: str, patterns: Sequence[str], timezone: str | None) -> str:
    """The SQL that reads a VARCHAR expression as a TIMESTAMP; NULL where it is none, or lies before the year 1000.

    A time with an offset becomes that of `timezone`; without one it stays as the clock showed it.
    """
    if kind == "excel_serial":
        serial = f"try_cast(replace({cell}, ',', '.') as double)"
        return (
            f"case when {serial} between 20000 and 80000 "
            f"then timestamp '1899-12-30' + to_seconds(cast(round({serial} * 86400) as bigint)) end"
        )
    if kind == "unix":
        number = f"try_cast(try_cast({cell} as decimal(24,6)) * {1_000_000 if patterns[0] == 's' else 1000} as bigint)"
        return f"make_timestamp({number})"
    if kind == "yyyymmdd":
        cell = f"regexp_replace({cell}, '[.,]0+$', '')"
    reads = [_pattern_sql(cell, pattern, timezone) for pattern in patterns]
    read = f"coalesce({', '.join(reads)})" if len(reads) > 1 else reads[0]
    return f"case when {read} between timestamp '1000-01-01' and timestamp '9999-12-31' then {read} end"


def _pattern_sql(cell: str, pattern: str, timezone: str | None) -> str:
    if pattern == SHORT_ISO:  # the cast is twice as fast, but past 19 characters it takes any tail for a zone
        return f"case when strlen({cell}) <= 19 and {cell} < ':' then try_cast({cell} as timestamp) end"
    if "%b" in pattern:
        cell = _named_sql(cell)
    if "%z" in pattern and timezone is None:
        cell, pattern = f"regexp_replace({cell}, '{_OFFSET}', '', 'i')", pattern.removesuffix("%z").rstrip()
    if "%z" in pattern:
        zoned = f"regexp_replace({cell}, '(Z|UTC|GMT|utc|gmt)$', '+00:00')"
        return f"timezone('{timezone}', try_strptime({zoned}, '{pattern}'))"
    # a digit first: strptime also takes `infinity` and `epoch`
    return f"case when {cell} >= '0' and {cell} < ':' then try_strptime({cell}, '{pattern}') end"


def _named_sql(cell: str) -> str:
    plain = f"regexp_replace(regexp_replace(lower(strip_accents({cell})), '{_WEEKDAY}', ''), '{_LOCAL_ZONE}', '')"
    word = f"regexp_extract({plain}, '[a-z]{{3,}}')"
    cases = " ".join(f"when '{theirs}' then '{ours}'" for theirs, ours in _MONTHS.items())
    month = (
        f"case when {word} like 'juin%' then 'jun' when {word} like 'juil%' then 'jul' "
        f"else case {word}[1:3] {cases} else {word}[1:3] end end"
    )
    english = f"regexp_replace({plain}, '[a-z]{{3,}}', {month})"
    return f"regexp_replace(regexp_replace({english}, '{_MONTH_FIRST}', '\\2 \\1 \\3'), '{_DAY_FIRST}', '\\1 \\2 \\3')"
