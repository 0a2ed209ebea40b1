"""Single cells as SQL: text without blanks at its ends, ids without what spreadsheets add, yes and no."""

from regulars.sources.content import is_numeric

_BLANKS = "\\x{0}-\\x{20}\\x{7f}\\x{85}\\x{a0}\\x{1680}\\x{180e}\\x{2000}-\\x{200f}\\x{2028}-\\x{202f}\\x{205f}\\x{2060}\\x{3000}\\x{feff}"


def text_sql(cell: str, kind: str) -> str:
    """A cell as trimmed text; NULL where only blanks or NUL are left. ASCII text between visible ends is taken as is."""
    if kind != "VARCHAR":
        return whole_sql(cell, kind)
    trimmed = f"nullif(regexp_replace({cell}, '^[{_BLANKS}]+|[{_BLANKS}]+$', '', 'g'), '')"
    return f"case when {cell} >= '!' and {cell} < chr(127) and {cell}[-1] between '!' and '~' then {cell} else {trimmed} end"


def whole_sql(cell: str, kind: str) -> str:
    """A typed value as text; whole numbers in a float column lose their `.0`."""
    if kind in {"DOUBLE", "FLOAT"}:
        return f"case when {cell} = floor({cell}) and abs({cell}) < 1e15 then cast(cast({cell} as bigint) as varchar) else cast({cell} as varchar) end"
    return f"cast({cell} as varchar)"


def id_sql(cell: str, kind: str) -> str:
    """An id as text, without the apostrophe, `="..."` or `.0` that spreadsheets and data frames put around it."""
    text = text_sql(cell, kind)
    if kind != "VARCHAR":
        return text
    return f"""case when left({cell}, 1) in ('''', '=') then trim({text}, '=''"') else {text} end"""


def boolean_sql(cell: str, kind: str) -> str:
    """Yes and no in the words of exports; NULL for anything else."""
    if kind == "BOOLEAN":
        return cell
    if is_numeric(kind):
        return f"{cell} <> 0"
    word = f"lower({text_sql(cell, kind)})"
    yes, no = (
        "'yes','y','true','1','ya','subscribed','oui','si'",
        "'no','n','false','0','tidak','not_subscribed','unsubscribed','non'",
    )
    return f"case when {word} in ({yes}) then true when {word} in ({no}) then false end"


def empty_sql(text: str) -> str:
    """Whether a trimmed text says that there is nothing (NULL counts as empty)."""
    return f"coalesce(lower({text}) in ('-', '--', 'n/a', 'null', 'none', 'nat'), true)"
