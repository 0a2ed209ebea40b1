"""Marks: the place of a row in an order, as text for an address, so that a page begins where another ended."""

import base64
import json

from regulars.errors import UsageError

Key = float | int | str | None


def mark_of(key: Key, id_: str, back: bool = False) -> str:
    """The mark of the page after the row of this key and id, or with `back` of the page before it."""
    text = json.dumps([key, id_, back], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_mark(mark: str | None) -> tuple[Key, str | None, bool]:
    """Key, id and direction of a mark; no id for the first page. Raises UsageError."""
    if not mark:
        return None, None, False
    try:
        key, id_, back = json.loads(base64.urlsafe_b64decode(mark.encode() + b"=" * (-len(mark) % 4)))
    except (ValueError, TypeError, RecursionError) as error:
        raise UsageError("list_mark") from error
    if isinstance(key, bool | list | dict) or not isinstance(id_, str) or not isinstance(back, bool):
        raise UsageError("list_mark")
    return key, id_, back
