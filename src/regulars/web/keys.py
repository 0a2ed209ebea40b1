"""The server's own folder in a shop, `.web`, and the secret key in it, which all workers share."""

import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

from regulars.errors import StoreError

SESSION_COOKIE = "regulars_session"


def own_folder(shop: Path) -> Path:
    """Where the server keeps its key, its sessions and its log; readable by its owner alone. Raises StoreError."""
    folder = shop / ".web"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError("cannot_write", path=str(folder), why=error.strerror or str(error)) from error
    return folder


@cache
def key_of(shop: Path) -> bytes:
    """The secret key of a shop's servers, made by whichever worker needs it first. Raises StoreError."""
    place = own_folder(shop) / "key"
    try:
        if not place.exists():
            _offer(place)
        return place.read_bytes()
    except OSError as error:
        raise StoreError("cannot_write", path=str(place), why=error.strerror or str(error)) from error


def _offer(place: Path) -> None:
    """Puts a new key in place, whole, unless another worker was quicker."""
    beside = place.with_name(f"key.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    with suppress(FileExistsError):
        os.link(beside, place)
    beside.unlink()
