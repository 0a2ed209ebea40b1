"""Who bought and when: the two columns without which nothing can be said."""

from dataclasses import replace
from difflib import get_close_matches

from regulars.errors import ColumnError, NothingLeftError
from regulars.schema import NECESSARY
from regulars.sources.capitals import lettered, merged
from regulars.sources.cells import id_sql
from regulars.sources.draft import WEAK, Draft
from regulars.sources.headers import meanings
from regulars.sources.layout import Mapped

WHO = ("email", "phone", "username", "name")  # who bought, where no column is an id


def take_customer(draft: Draft) -> None:
    """Who bought; names and user names are one customer whatever their capitals and blanks, which is said."""
    if "customer_id" in draft.taken:
        _say_email(draft, draft.taken["customer_id"].index)
    else:
        _instead(draft)
    if "name" not in draft.taken:
        _take_name(draft)
    customer, name = draft.taken.get("customer_id"), draft.taken.get("name")
    if customer is None:
        return
    named = next((column for column, _ in meanings(customer.header)), None) in ("name", "username")
    if named and "name" not in draft.taken and "name" in dict(meanings(customer.header)):
        draft.take("name", customer.index, customer.confidence, "name")
    if named or (name and name.index == customer.index):
        draft.taken["customer_id"] = replace(customer, folded=True)
        draft.assume("names_folded", header=customer.header)
    elif draft.settings.capitals == "merge":
        _merge_capitals(draft, customer)


def _merge_capitals(draft: Draft, customer: Mapped) -> None:
    """Ids typed now in capitals, now in small letters are one customer each, which is said; see capitals.py."""
    kind, content = draft.raw.types[customer.index], draft.contents.get(customer.index)
    if kind != "VARCHAR" or content is None or content.emails >= 0.9 or not lettered(content.cells):
        return
    if found := merged(draft.raw.engine, "raw", id_sql(f"c{customer.index}", kind, customer.pointed)):
        draft.taken["customer_id"] = replace(customer, capitals=found.capitals)
        draft.assume("ids_merged", header=customer.header, count=found.ids)


def _take_name(draft: Draft) -> None:
    """`Customer` that holds names is the name of whom another column says."""
    named = [index for index in draft.free("customer_id") if draft.contents[index].words > 0.5]
    if named and "customer_id" in draft.taken and draft.settings.map.get("name") != "":
        draft.take("name", named[0], 0.7, "holds_names")


def _instead(draft: Draft) -> None:
    """Without an id column the customer is an e-mail address, else a telephone number, a user name, a buyer's name.

    The name stays the name as well; all four are said as an assumption.
    """
    for column in WHO:
        taken = draft.taken.get(column)
        index = taken.index if taken else next(iter(draft.free(column)), None)
        if index is not None and draft.contents[index].cells:
            draft.take("customer_id", index, 0.7, f"instead_{column}")
            draft.assume("customer_is", header=draft.raw.headers[index])
            return
    for index in draft.free("customer_id"):  # `Customer` that holds names
        draft.take("customer_id", index, 0.6, "instead_name")
        if "name" not in draft.taken:
            draft.take("name", index, 0.6, "instead_name")
        draft.assume("customer_is", header=draft.raw.headers[index])
        return


def _say_email(draft: Draft, index: int) -> None:
    """Ids that are e-mail addresses are the e-mail column too, and so one whatever their case."""
    if "email" not in draft.taken and index in draft.contents and draft.contents[index].emails >= 0.9:
        draft.take("email", index, draft.contents[index].emails, "emails")


def take_date(draft: Draft) -> None:
    """Where no header says when, the only column with dates does."""
    if "ordered_at" in draft.taken:
        return
    used = draft.used
    dated = [i for i, c in draft.contents.items() if i not in used and (c.native_date or _surely_dates(draft, i))]
    if len(dated) == 1:
        draft.take("ordered_at", dated[0], 0.5, "only_dates")
        draft.assume("only_dates", header=draft.raw.headers[dated[0]])


def _surely_dates(draft: Draft, index: int) -> bool:
    found = draft.contents[index].dates
    return found is not None and found.share > 0.9 and found.kind in {"iso", "pattern"}


def require_columns(draft: Draft) -> None:
    """Raises ColumnError where a necessary column is missing: what was found, what is missing, the flag to type.

    NothingLeftError where there are no rows to recognise columns by.
    """
    missing = [column for column in NECESSARY if column not in draft.taken]
    if not missing:
        return
    if not draft.raw.rows:
        raise NothingLeftError({})
    flags = " ".join(f'--map {column}="{_nearest(draft, column)}"' for column in missing)
    found = ", ".join(f"{mapped.column} = {mapped.header}" for mapped in draft.taken.values()) or "-"
    headers = ", ".join(draft.raw.headers[:30]) + (", …" if len(draft.raw.headers) > 30 else "")
    raise ColumnError("columns_missing", missing=", ".join(missing), found=found, headers=headers, flags=flags)


def _nearest(draft: Draft, column: str) -> str:
    used = draft.used
    free = [header for index, header in enumerate(draft.raw.headers) if index not in used]
    if named := [i for i in draft.named.get(column, {}) if i not in used and draft.named[column][i] >= WEAK]:
        return draft.raw.headers[named[0]]
    if column == "ordered_at" and (dated := [i for i, c in draft.contents.items() if c.dates or c.native_date]):
        return draft.raw.headers[dated[0]]
    words = {
        "customer_id": ("customer", "client", "pelanggan", "pembeli", "user"),
        "ordered_at": ("date", "tanggal", "time"),
    }
    close = (
        get_close_matches(word, [header.casefold() for header in free[:500]], n=1, cutoff=0.5) for word in words[column]
    )
    best = next((found[0] for found in close if found), None)
    return next((header for header in free if header.casefold() == best), "…")
