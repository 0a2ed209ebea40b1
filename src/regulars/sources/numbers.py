"""Numbers as people write them: `1.234,50`, `Rp 5.220.000`, `$25.00`, `(12.00)`, `12,00-`, `1 234,50`, `5 %`.

Which of comma and dot is the decimal sign is decided once for all money columns of the input, never cell by cell. A
cell that does not fit the decision, NaN, infinities and what no DECIMAL holds are no number: counted as unreadable.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from regulars.sources.headers import CODES, currency_of

# What may stand beside the digits of a number, in one list: signs and codes of money on either side, units behind.
_MONEY = "rp|idr|rupiah|usd|eur|euros?|gbp|jpy|rm|myr|sgd|aud|cad|inr|rs|php|thb|vnd|krw|brl|chf|fr|rmb|cny|hkd|kr"
_UNITS = (
    "kg|kgs|kilo|g|gr|gram|grams|mg|lbs?|oz|l|lt|ltr|liter|litre|ml|cl|mm|cm|km|pcs?|pc|pce|pieces?|buah|bh|units?|"
    "ea|each|x|box|pak|pack|packs|dus|lusin|botol|bungkus|lembar|pts?|poin|points?|"
    "th|thn|tahun|yrs?|years?|bln|bulan|months?|hari|days?|jam|hours?|hrs?|min|menit"
)
_ALIKE = {
    word: words.split()[0]
    for words in ("years year yrs yr th thn tahun", "months month bln bulan", "days day hari", "hours hour hrs hr jam",
                  "kg kgs kilo", "g gr gram grams", "l lt ltr liter litre", "pcs pc pce piece pieces buah bh")
    for word in words.split()
}  # fmt: skip
_CODES = "|".join(sorted(CODES))
BEFORE, AFTER = rf"(?:(?i:{_MONEY})|{_CODES})", rf"(?:(?i:{_MONEY}|{_UNITS})|{_CODES})"
_SIGNS = r"(?:\b(?:US|S|R|A|C|NZ|HK|NT|MX))?\$|[£€¥₹฿₫₱]"
_WHITE = rf"(?:{_SIGNS}|[\s\u0000\u00a0\u2000-\u200f\u202f\u2060\u3000\ufeff'’\"=])"
_PARTS = r"^([(+-]*)(?:{}\.?)?([(+-]*)([\d.,]*\d[\d.,]*)(?:{}\.?)?([)%-]*)$"
_CELL, _ANY = re.compile(_PARTS.format(BEFORE, AFTER)), _PARTS.format("[A-Za-z]+", "[A-Za-z]+")
# whether a cell is one: asked apart from its parts, since RE2 is much faster where it takes nothing out
_SHAPE = rf"^[(+-]*(?:{BEFORE}\.?)?[(+-]*[\d.,]*\d[\d.,]*(?:{AFTER}\.?)?[)%-]*$"
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Decided:
    """The decimal sign of an input, and whether it had to be assumed."""

    decimal: str
    assumed: bool = False


def decide_decimal(cells: Iterable[str], whole_thousands: bool = False) -> Decided:
    """The decimal sign that these cells use together.

    `whole_thousands`: the currency is written without decimals (IDR, JPY, ...), which settles `125.000` on its own.
    """
    votes: Counter[str] = Counter()
    grouped: Counter[str] = Counter()  # `1.234`: a group of thousands, or three decimals
    for cell in cells:
        body = re.sub(r"[^\d.,]", "", cell).strip(".,")
        signs = [sign for sign in body if sign in ".,"]
        if not signs or (_PLAIN.fullmatch(cell.strip()) and "e" in cell.lower()):
            continue
        last, other = signs[-1], "," if signs[-1] == "." else "."
        if other in signs or len(signs) > 1:
            votes[other if signs.count(last) > 1 else last] += 1
        elif re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", body):
            grouped[last] += 1
        else:
            votes[last] += 1
    if votes:
        return Decided(votes.most_common(1)[0][0])
    if not grouped:
        return Decided(",") if whole_thousands else Decided(".")
    sign = grouped.most_common(1)[0][0]
    return Decided("," if sign == "." else ".", assumed=not whole_thousands)


def parse(cell: str, decimal: str) -> Decimal | None:
    """One cell as a number, by the rule that `number_sql` gives the engine; None where it is none."""
    plain = cell.strip()
    if decimal == "." or "." not in plain:
        swapped = plain.replace(",", ".") if decimal == "," else plain
        if _PLAIN.fullmatch(swapped):
            return Decimal(swapped)
    found = _CELL.match(re.sub(_WHITE, "", plain.replace("\u2212", "-")))
    if found is None or not re.fullmatch(_body(decimal), found[3]):
        return None
    body = found[3].replace("." if decimal == "," else ",", "").replace(",", ".")
    marks = found[1] + found[2] + found[4]
    try:
        value = Decimal(body) / (100 if "%" in marks else 1)
    except InvalidOperation:
        return None
    return -value if "(" in marks or "-" in marks else value


def unit_of(cell: str) -> str:
    """What stands beside the digits of a number: a code of money, a unit, `%`; "" where there is none or no number."""
    if parse(cell, ".") is None and parse(cell, ",") is None:
        return ""
    beside = re.findall(rf"%|{_SIGNS}|[^\W\d_]+", cell.strip())
    return "".join(currency_of(sign) or _ALIKE.get(sign.casefold(), sign.casefold()) for sign in beside[:1])


def number_sql(cell: str, decimal: str, kind: str) -> str:
    """The SQL that reads a VARCHAR expression as a number of type `kind`, NULL where it is none.

    Plain cells take a short way; the long one is worked only for the others.
    """
    if decimal == ",":
        short = f"case when not contains({cell}, '.') then try_cast(replace({cell}, ',', '.') as {kind}) end"
    else:
        short = f"try_cast({cell} as {kind})"
    bare = f"regexp_replace(replace({cell}, '\u2212', '-'), '{_sql(_WHITE)}', '', 'g')"
    body = f"regexp_extract({bare}, '{_ANY}', 3)"
    marks = f"regexp_replace({bare}, '[^(%-]', '', 'g')"
    digits = f"replace(replace({body}, '{'.' if decimal == ',' else ','}', ''), ',', '.')"
    sign = f"case when contains({marks}, '(') or contains({marks}, '-') then -1 else 1 end"
    share = f"case when contains({marks}, '%') then 0.01 else 1 end"
    long = (
        f"case when regexp_matches({bare}, '{_SHAPE}') and regexp_full_match({body}, '{_body(decimal)}') "
        f"then try_cast(try_cast({digits} as decimal(24,6)) * {sign} * {share} as {kind}) end"
    )
    return f"case when {short} is not null then {short} else {long} end"  # coalesce would work the long way for all


def _body(decimal: str) -> str:
    group = "[.]" if decimal == "," else ","
    sign = "," if decimal == "," else "[.]"
    return rf"(?:\d{{1,3}}(?:{group}\d{{2,3}})*{group}\d{{3}}|\d+)?(?:{sign}\d*)?"


def _sql(pattern: str) -> str:
    """A pattern as RE2 reads it inside an SQL literal."""
    return re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", pattern).replace("'", "''")
