"""A customer removed from a shop: from the tables, reports and findings of every study, from exports and campaigns.

Each study is written anew beside the old one and takes its place as a whole, with new checksums; its sums stay as they
were computed, since nobody can be told from them. Files that were uploaded go, and what a server has kept of them. What
stands outside the shop's folder is the owner's to change.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from regulars.analysis import Study
from regulars.engine import DuckEngine
from regulars.erase import erase_in_place, erased, linked
from regulars.errors import AbsentError, UsageError
from regulars.ids import spellings
from regulars.locale import Message
from regulars.overview.insights import insights
from regulars.quality import Finding
from regulars.shop import Day, Shop, Writer, save_study, sha256

NOTE = "forget.note"  # the message of a study from which somebody was removed
_REPORT, _STUDY = "report.html", "study.json"
Known = frozenset[tuple[str, str]]  # ("order_id", "536365") or ("line", "17")


@dataclass(frozen=True, slots=True)
class Removed:
    """Rows (of a table), mentions (in a report or in study.json), or files sent to a server, in one place."""

    place: str  # relative to the shop, as studies/2011-12-10/customers.parquet
    count: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed, or would be."""

    customer: str
    removed: tuple[Removed, ...]

    @property
    def count(self) -> int:
        """All rows and mentions."""
        return sum(part.count for part in self.removed)


@dataclass(frozen=True, slots=True)
class _Look:
    """A study that holds the customer: under which id, in which tables, and what it says without them."""

    day: Day
    folder: Path
    study: Study
    name: str
    tables: dict[str, int]
    mentions: int

    def removed(self) -> Iterator[Removed]:
        """What goes, by place."""
        within = f"studies/{self.study.folder}"
        yield from (Removed(f"{within}/{name}", rows) for name, rows in self.tables.items())
        for name in (_REPORT, _STUDY) if self.mentions else ():
            yield Removed(f"{within}/{name}", self.mentions)


def forget(shop: Shop, customer: str, dry_run: bool = False) -> Forgotten:
    """Removes a customer, by the id that the list of customers shows.

    Raises UsageError where nothing in the shop holds that id, LockedError where another run is writing or jobs of
    a server wait, StoreError where a study is damaged or cannot be written.
    """
    if not shop.folder.is_dir():
        raise AbsentError("no_study", path=str(shop.folder))
    from regulars.web.received import leftovers, named, received, remove

    with shop.writing() as writer:
        looks = [look for day in shop.days() if (look := _look(shop, day, customer))]
        names = dict.fromkeys((customer, *(look.name for look in looks)))
        files = [(path, name, rows) for path in _others(shop) for name in names if (rows := erased(path, None, name))]
        if not looks and not files and not named(shop.folder, names):
            raise UsageError("forget_unknown", id=customer)
        sent = received(shop.folder, names)
        for look in looks if not dry_run else ():
            _rewrite(writer, look)
        for path, name, _ in files if not dry_run else ():
            erase_in_place(path, name)
            _reissue(shop, path)
        if not dry_run:
            remove([*leftovers(shop.folder), *chain(*sent.values())])
        removed = [part for look in looks for part in look.removed()]
        removed += [Removed(path.relative_to(shop.folder).as_posix(), rows) for path, _, rows in files]
        removed += [Removed(place, len(paths)) for place, paths in sent.items() if paths]
        return Forgotten(customer, tuple(removed))


def _look(shop: Shop, day: Day, customer: str) -> _Look | None:
    """The study of a day, every file of it checked, if it holds the customer."""
    study = shop.load(day)
    folder = shop.path_of(day, _REPORT).parent
    for name in spellings(study, customer):
        tables = {file: rows for file in study.files if (rows := erased(shop.path_of(day, file), None, name))}
        scrubbed, mentions = _scrubbed(study, name, _of_others(study, folder, name) if tables else None)
        if tables or mentions:
            return _Look(day, folder, scrubbed, name, tables, mentions)
    return None


def _of_others(study: Study, folder: Path, name: str) -> Known:
    """Of the orders and lines that sample rows of findings name, those that are certainly somebody else's."""
    samples = [sample for finding in study.findings for sample in finding.samples]
    others: set[tuple[str, str]] = set()
    theirs: set[tuple[str, str]] = set()
    with DuckEngine(threads=1) as engine:
        for key in ("order_id", "line"):
            engine.put("named", {"v": "VARCHAR"}, [(sample[key],) for sample in samples if key in sample])
            for file in study.files:
                if not file.startswith("sales/") and file != "people.parquet":
                    continue
                engine.load("held", folder / file)
                if key in engine.column_names("held"):
                    mine = "bool_or(customer_id is not distinct from $id)"
                    found = f"select cast({key} as varchar) as v, {mine} as mine from held group by all"
                    for row in engine.rows(f"select * from ({found}) where v in (from named)", id=name):
                        (theirs if row["mine"] else others).add((key, row["v"]))
    return frozenset(others - theirs)


def _scrubbed(study: Study, name: str, known: Known | None) -> tuple[Study, int]:
    """A study without mentions of a customer, and how many there were. Its sums stay; a note says so."""
    mentions, seen = 0, study.overview
    if seen and (tops := tuple(row for row in seen.top_customers if row.name != name)) != seen.top_customers:
        mentions += 1
        seen = replace(seen, top_customers=tops)
        seen = replace(seen, insights=insights(seen))
    told = tuple(_without(finding, name, known) for finding in study.findings)
    mentions += sum(new != old for new, old in zip(told, study.findings, strict=True))
    people = study.people
    if people:
        people = replace(people, findings=tuple(_without(finding, name, known) for finding in people.findings))
    times = sum(int(note.values["n"] or 0) for note in study.assumptions if note.key == NOTE) + 1
    notes = (*(note for note in study.assumptions if note.key != NOTE), Message(NOTE, {"n": times}))
    return replace(study, overview=seen, findings=told, people=people, assumptions=notes), mentions


def _without(finding: Finding, name: str, known: Known | None) -> Finding:
    """A finding without the ids of a customer, and without sample rows that may be theirs.

    Rows that were set aside name an order or a line, but not whose it is: what is not `known` to be somebody else's
    goes. Without `known` the study has no order of the customer.
    """

    def kept(sample: dict[str, str]) -> bool:
        key = next((key for key in ("order_id", "line") if key in sample), None)
        sure = known is None or key is None or finding.code == "no_customer" or (key, sample[key]) in known
        return sure and name not in sample.values()

    values = dict(finding.values)
    if isinstance(ids := values.get("ids"), str):
        values["ids"] = ", ".join(one for one in ids.split(", ") if one != name)
    return replace(finding, samples=tuple(sample for sample in finding.samples if kept(sample)), values=values)


def _rewrite(writer: Writer, look: _Look) -> None:
    """The study anew, without the customer, in the place of the old one."""
    from regulars.report import write_report

    with writer.publish(look.study.as_of) as folder:
        for file in look.study.files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            if file in look.tables:
                erased(look.folder / file, folder / file, look.name)
            elif file != _REPORT:
                linked(look.folder / file, folder / file)
        write_report(look.study, folder / _REPORT)
        save_study(look.study, folder)


def _others(shop: Shop) -> Iterator[Path]:
    """The files in the shop's folder that belong to no study and are not the server's own: campaigns, exports."""
    for path in sorted(shop.folder.rglob("*")):
        first = path.relative_to(shop.folder).parts[0]
        if first not in {"studies", ".web"} and path.is_file() and not path.is_symlink():
            yield path


def _reissue(shop: Shop, path: Path) -> None:
    """Writes the new checksum of a file into the document beside or above it that lists the old one under `files`."""
    for folder in path.parents[: len(path.relative_to(shop.folder).parts)]:
        for document in sorted(folder.glob("*.json")):
            held = json.loads(document.read_bytes())
            name = path.relative_to(folder).as_posix()
            if isinstance(held, dict) and isinstance(held.get("files"), dict) and name in held["files"]:
                held["files"][name] = sha256(path)
                part = document.with_name(f".{document.name}.part")
                part.write_text(json.dumps(held, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
                part.replace(document)
