"""Single cells as SQL: text without blanks at its ends, ids without what spreadsheets add, yes and no."""

from regulars.sources.types import is_numeric

_CODES = [*range(1, 33), 0x7F, 0x85, 0xA0, 0x1680, 0x180E, *range(0x2000, 0x2010), *range(0x2028, 0x2030)]
_CODES += [0x205F, 0x2060, 0x3000, 0xFEFF]
_BLANKS = f"chr(0) || '{''.join(map(chr, _CODES))}'"  # a pattern instead would be compiled anew in every query
_WRAPPED = "(?s)^=\"\\s*(.*?)\\s*\"$|^''\\s*"  # of a number that a spreadsheet shall take for a text
YES = ("yes", "y", "true", "1", "ya", "subscribed", "oui", "si")
NO = ("no", "n", "false", "0", "tidak", "not_subscribed", "unsubscribed", "non")
_NOTHING = "-+|n/a|null|none|nat"  # a pattern, since `in (...)` becomes a join that every query would run


def text_sql(cell: str, kind: str) -> str:
    """A cell as trimmed text; NULL where only blanks or NUL are left.

    Almost all cells begin and end with visible ASCII and are taken as they are; only the others are searched.
    """
    if kind != "VARCHAR":
        return _typed_sql(cell, kind)
    trimmed = f"nullif(trim({cell}, {_BLANKS}), '')"
    spaces = f"trim({cell})"
    return f"case when {_visible(cell)} then {cell} when {_visible(spaces)} then {spaces} else {trimmed} end"


def _visible(cell: str) -> str:
    return f"{cell} >= '!' and {cell} < chr(127) and {cell}[-1] between '!' and '~'"


def _typed_sql(cell: str, kind: str) -> str:
    """A typed value as text; whole numbers in a float column lose their `.0`."""
    if kind in {"DOUBLE", "FLOAT"}:
        whole = f"{cell} = floor({cell}) and abs({cell}) < 1e15"
        return f"case when {whole} then cast(cast({cell} as bigint) as varchar) else cast({cell} as varchar) end"
    return f"cast({cell} as varchar)"


def id_sql(cell: str, kind: str, pointed: bool = False) -> str:
    """An id as text, without the apostrophe or `="..."` that spreadsheets put around it; NULL for `-`, `N/A`, `null`.

    `pointed`: the whole column wears a `.0`, as data frames write numbers with gaps; it is taken off.
    """
    if kind != "VARCHAR":
        return _typed_sql(cell, kind)
    bare = f"regexp_replace({text_sql(cell, kind)}, '{_WRAPPED}', '\\1')"
    if pointed:
        return f"nullif(regexp_replace({bare}, '[.]0+$', ''), '')"
    plain = f"case when {plain_id_sql(cell)} then {cell}"
    return f"{plain} when not regexp_full_match(lower({bare}), '{_NOTHING}') then nullif({bare}, '') end"


def plain_id_sql(cell: str) -> str:
    """Whether a cell is taken as it stands for an id, told by its ends alone: almost all of most inputs are."""
    digits = f"{cell} >= '0' and {cell} < ':' and {cell}[-1] between '0' and 'z'"
    return f"({digits} or (strlen({cell}) > 4 and {cell} >= '>' and {_visible(cell)}))"


def folded_sql(text: str) -> str:
    """A name as one id, whatever its capitals and the blanks between its words."""
    return f"lower(regexp_replace({text}, '[\\s\\p{{Z}}]+', ' ', 'g'))"


def boolean_sql(cell: str, kind: str) -> str:
    """Yes and no in the words of exports; NULL for anything else."""
    if kind == "BOOLEAN":
        return cell
    if is_numeric(kind):
        return f"{cell} <> 0"
    word = f"lower({text_sql(cell, kind)})"
    said = f"case when regexp_full_match({word}, '{'|'.join(YES)}') then true"
    return f"{said} when regexp_full_match({word}, '{'|'.join(NO)}') then false end"


def empty_sql(text: str) -> str:
    """Whether a trimmed text says that there is nothing (NULL counts as empty)."""
    return f"coalesce(regexp_full_match(lower({text}), '{_NOTHING}'), true)"
