"""Values of a category that are one but for capitals and blanks, in the commonest spelling: `Bandung`, `BANDUNG`."""

from collections.abc import Mapping, Sequence

from regulars.quality import Finding

Counted = Sequence[tuple[str, int]]  # texts with the rows that hold them, most frequent first
_SHOWN = 5


def one_spelling(found: Counted) -> dict[str, str]:
    """Each text that is another's but for capitals and blanks -> the spelling that stands for both."""
    best: dict[str, str] = {}
    for text, _ in found:
        best.setdefault(_folded(text), text)
    return {text: best[_folded(text)] for text, _ in found if best[_folded(text)] != text}


def together(found: Counted, merged: Mapping[str, str]) -> Counted:
    """The texts counted under the spelling that stands for them, most frequent first."""
    counts: dict[str, int] = {}
    for text, rows in found:
        name = merged.get(text, text)
        counts[name] = counts.get(name, 0) + rows
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def merged_sql(text: str, merged: Mapping[str, str]) -> str:
    """The text in the spelling that stands for it."""
    cases = " ".join(f"when {_quoted(level)} then {_quoted(name)}" for level, name in merged.items())
    return f"case {text} {cases} else {text} end" if merged else text


def merged_finding(header: str, found: Counted, merged: Mapping[str, str]) -> Finding:
    """What was merged, the commonest values first."""
    rows, said = dict(found), dict[str, list[str]]()
    for level, name in merged.items():
        said.setdefault(name, [name]).append(level)
    shown = [f"{name} ({', '.join(f'{each} {rows[each]}' for each in spelled)})" for name, spelled in said.items()]
    values = {"column": header, "merged": "; ".join(shown[:_SHOWN]) + ("; …" if len(shown) > _SHOWN else "")}
    count = sum(rows[level] for level in merged)
    return Finding("table_spellings_merged", count, sum(rows.values()), "customers", values={**values})


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
