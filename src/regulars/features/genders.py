"""One word for each gender where a customer table spells them in several ways: `F`, `female`, `Perempuan`, `P` ...

Merged only where every value of the column is a known spelling. What stands for a gender is the table's own commonest
word for it. The column itself stays as it was read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from regulars.engine import Engine, quoted
from regulars.features.people_models import Attribute
from regulars.quality import Finding

MERGED = "gender_merged"
_SPELLINGS: dict[str, str] = {
    word: gender
    for gender, words in {
        "f": "f female females woman women girl perempuan wanita pr pere prp cewek",
        "m": "m male males man men boy laki laki_laki pria lk lki cowok l",
        "other": "other others lainnya lain lain_lain",
        "nonbinary": "nonbinary non_binary nb diverse",
    }.items()
    for word in words.split()
}


def letter_p(levels: Sequence[str]) -> str:
    """Whom `P` means: beside L (laki-laki) a woman (perempuan), beside W (wanita) a man (pria), else who knows."""
    short = {_plain(level) for level in levels}
    return "f" if "l" in short and "w" not in short else "m" if "w" in short and "l" not in short else ""


def gender_of(level: str, p: str) -> str | None:
    """Which gender a value is; None: not a known spelling. `p` is what `letter_p` says of the column."""
    plain = _plain(level)
    if plain == "p":
        return p or None
    if plain == "w":
        return "f" if p != "f" else None
    return _SPELLINGS.get(plain)


def _plain(level: str) -> str:
    return "_".join(re.findall(r"[a-z]+", level.casefold()))


def spelled(attributes: Sequence[Attribute]) -> Attribute | None:
    """The column of genders with more spellings than genders, all of them known."""
    for each in attributes:
        if each.role == "gender" and each.kind == "category" and not each.derived:
            p = letter_p(each.levels)
            known = [gender_of(level, p) for level in each.levels]
            return each if None not in known and len(set(known)) < len(known) else None
    return None


def words_of(levels: Sequence[str]) -> dict[str, str]:
    """Each spelling -> the word for its gender: its commonest one of more than two letters, else its commonest.

    `levels` are most frequent first.
    """
    p = letter_p(levels)
    groups: dict[str, list[str]] = {}
    for level in levels:
        groups.setdefault(str(gender_of(level, p)), []).append(level)
    best = {gender: next((w for w in said if len(_plain(w)) > 2), said[0]) for gender, said in groups.items()}
    return {level: best[gender] for gender, said in groups.items() for level in said}


def merged_sql(column: str, words: Mapping[str, str]) -> str:
    """The column in one word for each gender."""
    cases = " ".join(f"when {_text(level)} then {_text(word)}" for level, word in words.items())
    return f"case {quoted(column)} {cases} end"


def found(engine: Engine, source: Attribute) -> Finding:
    """What was merged: every word with its spellings and how many customers they have. Reads `people`."""
    rows = engine.rows(
        f"select {quoted(source.name)} as level, {MERGED} as word, count(*) as n from people "
        f"where {MERGED} is not null group by 1, 2 order by n desc, level"
    )
    said: dict[str, list[str]] = {}
    for row in rows:
        said.setdefault(row["word"], []).append(f"{row['level']} {row['n']}")
    other = sum(row["n"] for row in rows if row["level"] != row["word"])
    merged = "; ".join(f"{word} ({', '.join(spellings)})" for word, spellings in said.items())
    values = {"column": source.header or source.name, "merged": merged}
    return Finding("table_gender_merged", other, sum(row["n"] for row in rows), "customers", values={**values})


def set_aside(attributes: Sequence[Attribute], source: Attribute) -> tuple[Attribute, ...]:
    """The attributes with the column as it was read as a text, which is shown and not counted."""
    plain = replace(source, kind="text", role=None, levels=())
    return tuple(plain if each.name == source.name else each for each in attributes)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
