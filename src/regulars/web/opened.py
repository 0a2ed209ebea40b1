"""The studies that requests read: each opened once per process and kept while its checksum stands."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Request

from regulars.analysis import UNDATED, Study
from regulars.engine import DuckEngine
from regulars.errors import UsageError
from regulars.shop import Day, Shop, open_shop
from regulars.stored import holds, stored_customers, stored_sales
from regulars.web.access import role_of
from regulars.web.masks import masked_study
from regulars.web.settings import WebSettings

_Found = TypeVar("_Found")
STUDIES = 3  # kept open
RESULTS = 200  # kept per study


class Kept:
    """Results by key: each computed once however many ask, the ones longest unused forgotten.

    What has a mere name for its key (lists, locks, the model) is not what readers ask for, and stays.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._named: dict[Hashable, tuple[Lock, list[Any]]] = {}
        self._places: OrderedDict[Hashable, tuple[Lock, list[Any]]] = OrderedDict()

    def once(self, key: Hashable, make: Callable[[], _Found]) -> _Found:
        """The result under `key`, from `make` where nobody has asked before; its error is not kept."""
        with self._lock:
            places = self._named if isinstance(key, str) else self._places
            lock, found = places.setdefault(key, (Lock(), []))
            if places is self._places:
                self._places.move_to_end(key)
            while len(self._places) > self._most:
                self._places.popitem(last=False)
        with lock:
            if not found:
                found.append(make())
            return cast(_Found, found[0])

    def forget(self, which: Callable[[Any], bool]) -> None:
        """Lets go of the results under such keys."""
        with self._lock:
            for key in [key for key in self._places if which(key)]:
                del self._places[key]


@dataclass(frozen=True, slots=True)
class Opened:
    """A study as one request reads it. `engine` holds the views `customers` and, where there are orders, `sales`."""

    shop: Shop
    day: Day
    study: Study
    checksum: str
    engine: DuckEngine
    personal: bool = True  # whether names and such are shown; where not, `study` holds them masked
    kept: Kept = field(default_factory=lambda: Kept(RESULTS))

    def has(self, table: str) -> bool:
        """Whether the study holds a table: `sales`, `value`, `rules`, ..."""
        return holds(self.study, table)

    def once(self, key: Hashable, make: Callable[[], _Found]) -> _Found:
        """A result of this study, computed once per process."""
        return self.kept.once(key, make)


class Shelf:
    """The studies of one shop."""

    def __init__(self, settings: WebSettings) -> None:
        self.shop = open_shop(settings.shop)
        self._memory = settings.memory
        self._studies = Kept(STUDIES)

    def opened(self, day: Day) -> Opened:
        """A study, the latest where no day is given. Raises StoreError."""
        name, checksum = self.shop.mark(day)
        self._studies.forget(lambda key: key[0] == name and key[1] != checksum)  # as it was before: so nobody stays
        return self._studies.once((name, checksum), lambda: self._open(name, checksum))

    def _open(self, name: str, checksum: str) -> Opened:
        day: Day = UNDATED if name == UNDATED else date.fromisoformat(name)
        study = self.shop.load(day)
        engine = DuckEngine(threads=2, memory_limit=self._memory, on_disk=True)
        stored_customers(engine, self.shop, day)
        if any(file.startswith("sales/") for file in study.files):
            stored_sales(engine, self.shop, day)
        return Opened(self.shop, day, study, checksum, engine)


def day_asked(request: Request) -> Day:
    """The day of ?study=; None where none is asked for. Raises UsageError."""
    asked = request.query_params.get("study")
    if not asked or asked == UNDATED:
        return UNDATED if asked else None
    try:
        return date.fromisoformat(asked)
    except ValueError as error:
        raise UsageError("not_a_day", text=asked[:20]) from error


def opened(request: Request) -> Iterator[Opened]:
    """The study that a request asks for, with a connection of its own. Raises StoreError, UsageError."""
    shelf: Shelf = request.app.state.shelf
    found = request.state.opened = shelf.opened(day_asked(request))
    engine = found.engine.beside()
    try:
        yield replace(found, engine=engine) if role_of(request) == "analyst" else _masked(found, engine)
    finally:
        engine.close()


def _masked(found: Opened, engine: DuckEngine) -> Opened:
    study = found.once("masked", lambda: masked_study(found.study))
    return replace(found, study=study, engine=engine, personal=False)


OpenedStudy = Annotated[Opened, Depends(opened)]
