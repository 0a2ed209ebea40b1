"""Who did what: logins, exports, runs, one line of JSON each, without names, addresses or contents."""

import os

import msgspec
from fastapi import Request

from regulars.web.clock import now
from regulars.web.keys import own_folder


def note(request: Request, act: str, role: str, **about: str | int) -> None:
    """Adds a line to `.web/audit.jsonl`; `about` names pages, studies and counts, never people."""
    entry = {"at": now(), "act": act, "role": role, **about}
    place = own_folder(request.app.state.settings.shop) / "audit.jsonl"
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, msgspec.json.encode(entry) + b"\n")  # one write: lines of several workers do not mix
    finally:
        os.close(handle)
