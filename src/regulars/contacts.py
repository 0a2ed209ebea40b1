"""Which columns of a customer table say how to reach somebody: name, e-mail address, telephone number."""

from regulars.analysis import Study
from regulars.engine import quoted
from regulars.sources.headers import meanings, normalised

CONTACTS = ("name", "email", "phone")
_WHOLE = 0.7  # strength of a header that says all by itself; "Name" may mean anything
_PARTS = frozenset({"first name", "last name", "middle name", "given name", "family name", "nama depan",
                    "nama tengah", "nama belakang"})  # fmt: skip


def told_columns(study: Study) -> dict[str, tuple[str, ...]]:
    """The columns of the customer table by what they hold, the parts of a name in the order of the table."""
    best: dict[str, tuple[float, tuple[str, ...]]] = {}
    parts: list[str] = []
    for one in study.people.attributes if study.people else ():
        header = one.header or ""
        for meaning, strength in meanings(header)[:1]:
            if meaning == "name" and normalised(header) in _PARTS:
                parts.append(one.name)
            elif meaning in CONTACTS and strength > best.get(meaning, (0.0, ()))[0]:
                best[meaning] = (strength, (one.name,))
    if parts and best.get("name", (0.0, ()))[0] < _WHOLE:
        best["name"] = (_WHOLE, tuple(parts))
    return {name: columns for name, (_, columns) in best.items()}


def told_sql(study: Study) -> str:
    """The query of everybody with `_name`, `_email`, `_phone` from the customer table; NULL: not told."""
    told = told_columns(study)
    fields = [f"{told_text(name, told.get(name, ()))} as _{name}" for name in CONTACTS]
    return f"select *, {', '.join(fields)} from customers"


def told_text(name: str, columns: tuple[str, ...]) -> str:
    """What these columns tell of a name, an e-mail address or a telephone number, as SQL; NULL where nothing."""
    if not columns:
        return "cast(null as varchar)"
    joined = (
        f"nullif(trim(concat_ws(' ', {', '.join(f'cast({quoted(column)} as varchar)' for column in columns)})), '')"
    )
    return f"lower({joined})" if name == "email" else joined
