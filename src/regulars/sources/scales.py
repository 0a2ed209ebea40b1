"""Categories that have an order: schooling, satisfaction, sizes, tiers, ranges of numbers; English and Indonesian.

A column is ordered where every one of its values stands on one scale. Values of the same step keep the order of the
alphabet.
"""

import re
from collections.abc import Sequence

# lowest first; words of one step are separated by a bar
_SCALES: tuple[tuple[str, ...], ...] = (
    (
        "none|no schooling|tidak sekolah|uneducated",
        "basic|primary|elementary|sd",
        "middle school|smp|lower secondary|secondary",
        "high school|highschool|hs|senior high school|sma|smk|sma smk|upper secondary",
        "some college|college|associate|diploma|d1|d2|d3|haven t bachelor degree|no degree|undergraduate",
        "graduation|graduate|bachelor|bachelors|bachelor s|bachelor degree|have bachelor degree|d4|s1|sarjana",
        "2n cycle|postgraduate|post graduate",
        "master|masters|master s|master degree|mba|s2|magister",
        "phd|ph d|doctorate|doctoral|doctor|s3|doktor",
    ),
    (
        "very low|very poor|very dissatisfied|sangat rendah|sangat tidak puas",
        "low|poor|dissatisfied|rendah|tidak puas",
        "medium|middle|moderate|average|fair|neutral|sedang|menengah|netral|cukup",
        "high|good|satisfied|tinggi|puas|baik",
        "very high|very good|excellent|very satisfied|sangat tinggi|sangat puas|sangat baik",
    ),
    (
        "never|tidak pernah",
        "rarely|seldom|jarang",
        "sometimes|occasionally|kadang kadang|kadang",
        "often|frequently|sering",
        "always|selalu",
    ),
    ("xxs", "xs", "s|small|kecil", "m|medium|sedang", "l|large|besar", "xl", "xxl", "xxxl"),
    ("bronze|perunggu", "silver|perak", "gold|emas", "platinum", "diamond|berlian"),
    ("silent generation", "baby boomer|baby boomers|boomer", "generation x|gen x",
     "millennial|millennials|generation y|gen y", "generation z|gen z", "generation alpha|gen alpha"),
)  # fmt: skip
_RANGE = re.compile(
    r"^\D{0,12}?(\d+(?:[.,]\d{3})*)\s*(?:[-\u2013\u2014]|to|sd|s/d|hingga|\+|and|years?|tahun|$)", re.IGNORECASE
)
# a word and a number, as tables and branches are called: an order only of words that count
_CALLED = re.compile(
    r"^(?!level|grade|tier|rank|stage|step|class|kelas|tingkat|tahap|golongan|semester|year|tahun|over|above|more|"
    r"di atas|lebih|rp|idr|usd|eur)[^\W\d_]{2,}[\s.#_-]*\d+$",
    re.IGNORECASE,
)
_BELOW = re.compile(r"^(?:<|<=|under|below|less than|up to|di bawah|kurang dari|<\s)\s*\D{0,4}(\d+)", re.IGNORECASE)


def ordered(values: Sequence[str]) -> tuple[str, ...] | None:
    """The values of a column from the lowest to the highest, or None where they have no order that is known here."""
    if len(values) < 2:
        return None
    for scale in _SCALES:
        steps = {word: step for step, words in enumerate(scale) for word in words.split("|")}
        found = {value: steps.get(_plain(value)) for value in values}
        if None not in found.values() and len(set(found.values())) > 1:
            return tuple(sorted(values, key=lambda value: (found[value], value)))
    starts = {value: _start(value) for value in values}
    if None not in starts.values() and len(set(starts.values())) == len(values):
        return tuple(sorted(values, key=lambda value: (starts[value], value)))
    return None


def _plain(value: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", value.casefold()))


def _start(value: str) -> float | None:
    """Where a range of numbers begins: `18-24`, `65+`, `< 18`."""
    if found := _BELOW.match(value):
        return float(found[1]) - 0.5
    if _CALLED.match(value):
        return None
    if (found := _RANGE.match(value)) and not value.strip().isdigit():
        return float(re.sub("[.,]", "", found[1]))
    return None
