"""The store: a shop's folder with its settings and its studies over time.

    toko/                       a shop
      shop.toml                 settings, by the shop's owner
      .lock                     names the run that is writing
      studies/2011-12-10/       one frozen study per as-of day: study.json and the files it names, with checksums
      studies/undated/          the study of a customer table that holds no date
      studies/.new-2011-12-10   being written; left by a killed run, removed by the next
      studies/.old-2011-12-10   for the moment between two renames: the study that is being replaced, whole

A study is written beside the others, forced to disk, and renamed into place. Where the day has a study already, that
one is renamed to `.old-...` first, and removed last. Between the two renames readers find `.old-...`, so a kill at any
point leaves the old or the new study readable, on every file system that renames atomically; the next writer puts a
lone `.old-...` back and removes what else was left. Readers take no lock and change nothing.
"""

import hashlib
import math
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from regulars.analysis import FORMAT, UNDATED, Study
from regulars.errors import AbsentError, RegularsError, StoreError
from regulars.lock import locked
from regulars.segments.frozen import Before

_LOOKS = 3  # a reader may meet the two renames of a writer; the next look finds the study in its new place
_Found = TypeVar("_Found")
Day = date | Literal["undated"] | None  # of a study; None: the latest one, or the undated one where no other is


class _Manifest(msgspec.Struct):
    """What every version of study.json holds."""

    format: int
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop's folder, for reading. It need not exist before something is written."""

    folder: Path

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.name

    @property
    def settings_path(self) -> Path:
        """Where the shop's settings stand, if it has any."""
        return self.folder / "shop.toml"

    @contextmanager
    def writing(self) -> Iterator["Writer"]:
        """Become the shop's only writer, creating its folder, and clear what killed runs left.

        Of a folder that it had to make, a run that is refused or stopped before it has written a study leaves nothing.
        Raises LockedError where another run is writing, StoreError where the folder cannot be written.
        """
        studies = self.folder / "studies"
        with _in_store("cannot_write", self.folder):
            new = not self.folder.exists()
            studies.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / ".lock"):
            try:
                with _in_store("cannot_write", self.folder):
                    _recover(studies)
                yield Writer(self)
            except (RegularsError, KeyboardInterrupt):
                if new:
                    _clear(self.folder)
                raise

    def studies(self) -> tuple[date, ...]:
        """The as-of days that have a study, oldest first."""
        folder = self.folder / "studies"
        with _in_store("cannot_read", self.folder):
            names = {path.name.removeprefix(".old-") for path in folder.iterdir()} if folder.is_dir() else set()
            days = sorted(day for name in names if (day := _day(name)))
            return tuple(day for day in days if (self._place(day.isoformat()) / "study.json").is_file())

    def days(self) -> tuple[Day, ...]:
        """Every study: the undated one first, then by day."""
        with _in_store("cannot_read", self.folder):
            undated: tuple[Day, ...] = (UNDATED,) if (self._place(UNDATED) / "study.json").is_file() else ()
        return (*undated, *self.studies())

    def load(self, as_of: Day = None) -> Study:
        """The study of a day, or the latest one.

        Raises StoreError where there is none, or where it was written by another version or damaged.
        """
        return _looked(lambda: self._load(as_of))

    def mark(self, as_of: Day = None) -> tuple[str, str]:
        """The name of a study's folder, and the checksum of its study.json, which changes whenever the study does.

        Raises StoreError where there is no such study.
        """

        def look() -> tuple[str, str]:
            day = self._chosen(as_of)
            with _in_store("cannot_read", self.folder):
                place = self._place(day) / "study.json"
                known = place.stat()
                return day, _checksum(place, known.st_ino, known.st_mtime_ns, known.st_size)

        return _looked(look)

    def before(self, day: date) -> Before | None:
        """The latest study before a day, with its table of customers; None where none can be read."""
        for earlier in reversed([known for known in self.studies() if known < day]):
            with suppress(StoreError):
                return Before(self.load(earlier), self.path_of(earlier, "customers.parquet"))
        return None

    def path_of(self, as_of: Day, name: str, check: bool = True) -> Path:
        """A file of a study (`customers.parquet`), or a folder (`sales`), checked against the study's checksums.

        Raises StoreError where the study names no such file, or where it is not what the study wrote.
        """
        return _looked(lambda: self._path_of(as_of, name, check))

    def _load(self, as_of: Day) -> Study:
        day = self._chosen(as_of)
        data = self._bytes(day)
        self._manifest(day, data)
        try:
            return msgspec.json.decode(data, type=Study)
        except (msgspec.MsgspecError, AssertionError) as error:
            raise self._damaged(day, "study.json") from error

    def _path_of(self, as_of: Day, name: str, check: bool) -> Path:
        day = self._chosen(as_of)
        files = self._manifest(day, self._bytes(day)).files
        within = [file for file in files if file == name or file.startswith(f"{name}/")]
        if not within:
            raise AbsentError(_absent(name, files), path=str(self.folder), name=name.removesuffix(".parquet"), day=day)
        with _in_store("cannot_read", self.folder):
            place = self._place(day)
            for file in within:
                if not (place / file).is_file() or (check and sha256(place / file) != files[file]):
                    raise self._damaged(day, file)
        return place / name

    def _place(self, day: str) -> Path:
        place = self.folder / "studies" / day
        aside = place.with_name(f".old-{place.name}")
        return aside if not place.exists() and aside.exists() else place

    def _chosen(self, as_of: Day) -> str:
        """The name of the study's folder."""
        known = [str(day) for day in self.days()]
        if not known:
            raise AbsentError("no_study", path=str(self.folder))
        if as_of is None:
            return known[-1]
        if str(as_of) not in known:
            raise AbsentError("no_such_study", path=str(self.folder), day=str(as_of), known=", ".join(known))
        return str(as_of)

    def _bytes(self, day: str) -> bytes:
        with _in_store("cannot_read", self.folder):
            return (self._place(day) / "study.json").read_bytes()

    def _manifest(self, day: str, data: bytes) -> _Manifest:
        try:
            manifest = msgspec.json.decode(data, type=_Manifest)
        except msgspec.MsgspecError as error:
            raise self._damaged(day, "study.json") from error
        if manifest.format != FORMAT:
            key = "study_newer" if manifest.format > FORMAT else "study_older"
            raise StoreError(key, path=str(self.folder), day=day, format=manifest.format, known=FORMAT)
        return manifest

    def _damaged(self, day: str, file: str) -> StoreError:
        return StoreError("study_damaged", path=str(self.folder), day=day, file=file)


@dataclass(frozen=True, slots=True)
class Writer:
    """The one writer of a shop; `Shop.writing()` gives it."""

    shop: Shop

    @contextmanager
    def publish(self, as_of: date | None) -> Iterator[Path]:
        """A new folder for the study of that day, or of none; after the `with` it is in its place, at an error gone.

        Raises StoreError where it cannot be written; the day's former study then stands as it was.
        """
        place = self.shop.folder / "studies" / (as_of.isoformat() if as_of else UNDATED)
        new = place.with_name(f".new-{place.name}")
        with _in_store("cannot_write", self.shop.folder):
            try:
                new.mkdir()
                yield new
                _force(new)
                _swap(new, place)
            except BaseException:
                _remove(new)
                raise

    @contextmanager
    def extend(self, study: Study) -> Iterator[Path]:
        """As `publish`, with the files of that study in the new folder, but for its report and study.json.

        They are hard links where the file system knows them: replace a file, never write into it. Raises StoreError.
        """
        place = self.shop.folder / "studies" / study.folder
        with self.publish(study.as_of) as new:
            for name in study.files:
                if name != "report.html":
                    (new / name).parent.mkdir(exist_ok=True)
                    _link(place / name, new / name)
            yield new


_OF_ORDERS = ("sales", "customers_left_out", "moves", "cohorts", "value", "rules", "recommendations", "rhythm")


def _absent(name: str, files: Mapping[str, str]) -> str:
    """The error about a file that a study does not hold: why not, and what to type."""
    table = name.removesuffix(".parquet")
    if table in _OF_ORDERS and not any(file.startswith("sales/") for file in files):
        return "study_no_orders"
    if table in {"crosstabs", "underserved"}:
        return "study_no_underserved" if "crosstabs.parquet" in files and table == "underserved" else "study_no_people"
    if table in {"moves", "recommendations"}:
        return f"study_no_{table}"
    return "study_too_little" if table in {"cohorts", "value", "rules", "rhythm"} else "study_file_unknown"


def open_shop(path: Path) -> Shop:
    """The shop in that folder, which need not exist. Raises StoreError where a file stands there."""
    with _in_store("cannot_read", path):
        folder = path.resolve()
        if folder.exists() and not folder.is_dir():
            raise AbsentError("shop_is_file", path=str(path))
    return Shop(folder)


def save_study(study: Study, folder: Path) -> Study:
    """Write study.json, with the checksums of all other files of the folder; gives the study as written.

    The same study gives the same bytes. Raises StoreError where a figure is not finite: JSON has no word for it.
    """
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    study = replace(study, files={name: sha256(folder / name) for name in files if name != "study.json"})
    if place := _not_finite(msgspec.to_builtins(study)):
        raise StoreError("study_not_finite", field=place)
    (folder / "study.json").write_bytes(msgspec.json.encode(study) + b"\n")
    return study


def _looked(look: Callable[[], _Found]) -> _Found:
    """What a look into the store finds; more than one look where a study is just being replaced."""
    for _ in range(_LOOKS - 1):
        with suppress(StoreError):
            return look()
    return look()


@lru_cache(maxsize=64)
def _checksum(path: Path, inode: int, changed: int, size: int) -> str:  # noqa: ARG001 - a study is never written twice
    """The checksum of a file, read once for each state of the file."""
    return sha256(path)


def sha256(path: Path) -> str:
    """A file's checksum, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _not_finite(value: Any, place: str = "study") -> str | None:
    """Where the first infinity or NaN stands in plain values, as `study.overview.sales`."""
    if isinstance(value, float):
        return None if math.isfinite(value) else place
    if isinstance(value, dict):
        parts = ((f"{place}.{name}", part) for name, part in value.items())
    elif isinstance(value, list | tuple):
        parts = ((f"{place}[{i}]", part) for i, part in enumerate(value))
    else:
        return None
    return next((found for name, part in parts if (found := _not_finite(part, name))), None)


@contextmanager
def _in_store(key: str, folder: Path) -> Iterator[None]:
    """Makes an error of the operating system (no permission, full disk) one of the store."""
    try:
        yield
    except OSError as error:
        if isinstance(error, RegularsError):
            raise
        raise StoreError(key, path=str(folder), why=error.strerror or str(error)) from error


def _recover(studies: Path) -> None:
    for aside in studies.glob(".old-*"):
        place = studies / aside.name.removeprefix(".old-")
        if place.exists():
            _discard(aside)
        else:
            aside.rename(place)
    for left in studies.glob(".new-*"):
        _remove(left)


def _clear(folder: Path) -> None:
    """Remove a shop's folder that holds no study and nothing of its owner's; while its lock is held."""
    if {path.name for path in folder.iterdir()} <= {".lock", "run.log", "studies"} and not any(
        (folder / "studies").iterdir()
    ):
        _remove(folder)


def _swap(new: Path, place: Path) -> None:
    """Put a folder in its place; from here on each step leaves one whole study readable."""
    aside = place.with_name(f".old-{place.name}")
    if place.exists():
        place.rename(aside)
    try:
        new.rename(place)
    except OSError:
        if aside.exists():
            aside.rename(place)
        raise
    _force_folder(place.parent)
    if aside.exists():
        _discard(aside)


def _link(file: Path, other: Path) -> None:
    try:
        os.link(file, other)
    except OSError:  # a file system without links, or one that allows no more of them
        shutil.copy2(file, other)


def _discard(aside: Path) -> None:
    """Remove a replaced study under another name, so that `.old-...` is never half a study."""
    gone = aside.with_name(f".new-{aside.name}")
    aside.rename(gone)
    _remove(gone)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _force(folder: Path) -> None:
    """Force a folder with all in it to disk, so that after a loss of power it is whole once it has its name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        else:
            _force_folder(path)
    _force_folder(folder)


def _force_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows opens no folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None
