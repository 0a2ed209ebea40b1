"""Uploads: files from the network, streamed to disk under names of ours, weighed, and removed when their time is over.

toko/.web/uploads/<id>         the content, as it came
toko/.web/uploads/<id>.json    what is known of it: `Upload`, written last, so that what has it is whole
toko/.web/uploads/.new-<id>    arriving; left by a killed server, removed by the next sweep
"""

import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec
from starlette.concurrency import run_in_threadpool

from regulars.errors import InputError, RegularsError, StoreError, UsageError
from regulars.sources.files import MOST_UNPACKED, readable
from regulars.sources.names import error_called
from regulars.sources.unpacked import weigh
from regulars.web.clock import now
from regulars.web.keys import own_folder
from regulars.web.settings import WebSettings

HOUR, DAY = 3_600, 86_400  # seconds
_BLOCK = 1 << 20  # bytes gathered before they are written, so that a thread is asked rarely
_ID = re.compile(r"[0-9a-f]{32}")
_LONGEST_NAME = 120  # letters


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has arrived. `name` is what its sender calls it, for showing alone; `unpacked` counts bytes."""

    id: str
    name: str
    kind: str  # text | workbook | parquet, by content
    bytes: int
    unpacked: int
    at: int  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Limits:
    """What uploads may cost: bytes of one, bytes of it once unpacked, bytes of the disk that stay free, days kept."""

    bytes: int = 2 << 30
    unpacked: int = MOST_UNPACKED
    spare: int = 256 << 20
    days: int = 7


class Uploads:
    """The uploads of one shop; any number of servers may share them."""

    def __init__(self, shop: Path, limits: Limits | None = None) -> None:
        self.shop = shop
        self.limits = limits or Limits()

    @property
    def folder(self) -> Path:
        """Where they lie; made when first asked for. Raises StoreError."""
        place = own_folder(self.shop) / "uploads"
        with readable(place):
            place.mkdir(mode=0o700, exist_ok=True)
        return place

    async def receive(self, chunks: AsyncIterator[bytes], name: str, announced: int | None = None) -> Upload:
        """Writes what arrives to disk and weighs it; at an error nothing of it stays.

        Raises InputError for a file that is too large, is none of ours or is damaged; StoreError where the disk is
        full.
        """
        shown, key = shown_name(name), secrets.token_hex(16)
        if announced and announced > self.limits.bytes:
            raise self._too_large(shown)
        self._room(shown, announced or 0)
        place = self.folder / f".new-{key}"
        try:
            with _new(place) as file:
                await self._written(chunks, file, shown)
            return await run_in_threadpool(self._accepted, place, key, shown)
        finally:
            place.unlink(missing_ok=True)

    def get(self, key: str) -> Upload:
        """What is known of an upload. Raises UsageError where there is none of that id."""
        if not _ID.fullmatch(key):
            raise UsageError("upload_unknown")
        try:
            return msgspec.json.decode((self.folder / f"{key}.json").read_bytes(), type=Upload)
        except (OSError, msgspec.MsgspecError) as error:
            raise UsageError("upload_unknown") from error

    def path(self, key: str) -> Path:
        """Where an upload lies. Raises UsageError where there is none of that id."""
        return self.folder / self.get(key).id

    def all(self) -> list[Upload]:
        """All that have arrived, the latest first."""
        found = []
        for place in self.folder.glob("*.json"):
            try:
                found.append(self.get(place.stem))
            except UsageError:  # removed meanwhile
                continue
        return sorted(found, key=lambda upload: (-upload.at, upload.id))

    def remove(self, key: str) -> None:
        """Removes an upload. Raises UsageError where there is none of that id."""
        place = self.path(key)
        place.with_name(f"{key}.json").unlink(missing_ok=True)
        place.unlink(missing_ok=True)

    def sweep(self, needed: Collection[str] = ()) -> int:
        """Removes uploads that are older than their time, but for those that are needed, and what killed servers left.

        Gives how many files were removed.
        """
        removed = 0
        for place in list(self.folder.iterdir()):
            key = place.name.removeprefix(".new-").removesuffix(".json")
            age = HOUR if place.name.startswith(".new-") else self.limits.days * DAY  # since it was last written to
            try:
                if key not in needed and place.stat().st_mtime < now() - age:
                    place.unlink()
                    removed += 1
            except FileNotFoundError:  # another server was quicker
                continue
        return removed

    async def _written(self, chunks: AsyncIterator[bytes], file: BinaryIO, shown: str) -> None:
        waiting, size = bytearray(), 0
        async for chunk in chunks:
            size += len(chunk)
            if size > self.limits.bytes:
                raise self._too_large(shown)
            waiting += chunk
            if len(waiting) >= _BLOCK:
                await run_in_threadpool(self._put, file, bytes(waiting), shown)
                waiting.clear()
        await run_in_threadpool(self._put, file, bytes(waiting), shown)

    def _put(self, file: BinaryIO, data: bytes, shown: str) -> None:
        self._room(shown, len(data))
        with readable(Path(shown)):
            file.write(data)

    def _accepted(self, place: Path, key: str, shown: str) -> Upload:
        """Weighs what has arrived and puts it in its place."""
        try:
            kind, unpacked = weigh(place, self.limits.unpacked)
        except RegularsError as error:
            raise error_called(error, {place.name: shown}) from error
        size = place.stat().st_size
        self._room(shown, unpacked if unpacked > size else 0)  # of which reading makes a copy
        upload = Upload(key, shown, kind, size, unpacked, now())
        note = place.with_name(f".new-{key}.json")
        with _new(note) as file:
            file.write(msgspec.json.encode(upload))
        place.replace(place.with_name(key))
        note.replace(place.with_name(f"{key}.json"))
        return upload

    def _room(self, shown: str, coming: int) -> None:
        if shutil.disk_usage(self.folder).free < coming + self.limits.spare:
            raise StoreError("upload_no_room", file=shown)

    def _too_large(self, shown: str) -> InputError:
        return InputError("upload_too_large", file=shown, most=self.limits.bytes / 2**20)


def uploads_of(settings: WebSettings) -> Uploads:
    """The uploads of a server's shop."""
    return Uploads(settings.shop, Limits(bytes=settings.upload_limit, days=settings.keep_uploads_days))


def shown_name(name: str) -> str:
    """A file's name as its sender gave it, fit to be shown: no folder, no control characters, not too long."""
    base = re.split(r"[/\\]", name)[-1]
    plain = "".join(letter for letter in base if unicodedata.category(letter)[0] != "C").strip()
    if len(plain) <= _LONGEST_NAME:
        return plain or "?"
    stem, dot, ending = plain.rpartition(".")
    end = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
    return f"{plain[: _LONGEST_NAME - len(end) - 1]}…{end}"


@contextmanager
def _new(place: Path) -> Iterator[BinaryIO]:
    """A new file that its owner alone may read."""
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise StoreError("cannot_write", path=str(place), why=error.strerror or str(error)) from error
    with os.fdopen(handle, "wb") as file:
        yield file
