"""What a person sees in a terminal: progress while it works, the study in a table, an input as it would be read."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from regulars.analysis import Study
from regulars.features.people_models import People
from regulars.locale import Value, Words, words
from regulars.narrow import sentence, table
from regulars.pages.reading import account_table, account_texts, cell_text, dates_text, value_text
from regulars.pipeline import Tell, quiet
from regulars.segments.choose import verdict
from regulars.summary import segment_label
from regulars.value.models import Value as Forecast

if TYPE_CHECKING:
    from regulars.sources.inspect import Inspection, TableInspection
    from regulars.sources.raw import InputFile

STAGES = ("read", "clean", "features", "clusters", "profiles", "overview", "write", "report")


@contextmanager
def progress(say: Words, silent: bool, verbose: bool) -> Iterator[Tell]:
    """A progress bar on a terminal; in a pipe nothing, or with `verbose` a line per stage (no personal data)."""
    if verbose and not silent:

        def tell(stage: str) -> None:
            sys.stderr.write(say(f"cli.stages.{stage}") + "\n")

        yield tell
    elif silent or not sys.stderr.isatty():
        yield quiet
    else:
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        ) as bar:
            task = bar.add_task(say("cli.stages.read"), total=len(STAGES))

            def advance(stage: str) -> None:
                bar.update(task, description=say(f"cli.stages.{stage}"), completed=STAGES.index(stage))

            yield advance


def show_study(study: Study, report: Path) -> None:
    """The study in a terminal: the account of the lines, the segments, the verdict, where the report is, and
    how to take the customers along."""
    say, out = words(study.settings.language, study.currency), Console(highlight=False)
    if study.as_of and study.overview:
        _show_lines(study, study.as_of, say, out)
    if study.people:
        _show_people(study, study.people, say, out)
    _show_segments(study, say, out)
    sentence(out, " ".join(message.text(say) for message in verdict(study.clusters)))
    if study.value:
        _show_value(study.value, say, out)
    for message in study.assumptions:
        sentence(out, say("cli.assumed", what=message.text(say)), "yellow")
    out.print(say("cli.report_at", path=""), end="")
    out.print(str(report), soft_wrap=True, markup=False)
    folder = str(report.parent.parent.parent)
    command = say("cli.export_so", shop=f'"{folder}"' if " " in folder else folder)
    out.print(command, soft_wrap=True, markup=False)


def _show_lines(study: Study, as_of: date, say: Words, out: Console) -> None:
    account = study.reconciliation
    out.print(
        say(
            "cli.account",
            read=account.read,
            sales=account.sales,
            returns=account.returns,
            aside=account.read - account.sales - account.returns,
        )
    )
    for part in account.set_aside:
        out.print(f"  {say.number(part.lines):>12}  {say(f'reasons.{part.reason}')}")
    out.print()
    key = "cli.known" if study.net_revenue is not None else "cli.known_without_amounts"
    figures: dict[str, Value] = {"customers": study.customers, "orders": study.orders, "net": study.net_revenue}
    sentence(out, say(key, as_of=as_of.isoformat(), **figures))


def _show_value(found: Forecast, say: Words, out: Console) -> None:
    """What is still to come, and which regulars are late."""
    if found.expected_sales is not None and found.verdict != "do_not_use":
        badge = say(f"value.badge.{found.verdict}", error=found.error)
        values: dict[str, Value] = {"days": found.horizon_days, "sales": found.expected_sales, "badge": badge}
        sentence(out, say("cli.expected", model=say(f"value.contender.{found.winner}"), **values))
    if found.late:
        key = "late" if found.late_spent is not None else "late_plain"
        sentence(out, say(f"value.says.{key}", n=found.late, spent=found.late_spent))


def _show_people(study: Study, people: People, say: Words, out: Console) -> None:
    """What the customer table held, and what in it cannot be."""
    if people.matched is not None:
        values = {"matched": people.matched, "customers": people.customers, "only": people.only_in_orders}
        out.print(say("people.terminal.matched", **values))
    else:
        derived = sum(attribute.derived for attribute in people.attributes)
        counts = {"customers": people.customers, "columns": len(people.attributes) - derived, "derived": derived}
        out.print(say("people.terminal.table_derived" if derived else "people.terminal.table", **counts))
    if people.matched is None and people.named and study.as_of:
        as_of = study.as_of.isoformat()
        sentence(out, say("people.terminal.known", orders=study.orders, spent=study.net_revenue, as_of=as_of))
    for found in people.findings:
        figures: dict[str, Value] = {"count": found.count, "of": found.of, "share": found.share, **found.values}
        out.print(f"[yellow]{escape(say(f'findings.{found.code}.says', **figures))}[/]")


def show_inspection(seen: "Inspection", say: Words) -> None:
    """An input as it would be read: files, columns with confidence, dates, currency, the first rows."""
    out = Console(highlight=False)
    _show_files(seen.inputs, say, out)
    known = say("cli.layout_generic") if seen.layout.name == "generic" else seen.layout.name
    out.print(say("cli.layout", name=known, currency=seen.layout.currency))
    heads = [say(f"cli.inspected.{heading}") for heading in ("column", "header", "confidence", "why")]
    rows = [(m.column, m.header, say.percent(m.confidence, 0), m.why.text(say)) for m in seen.layout.mapping]
    table(out, None, heads, rows, (2,))
    if seen.layout.attributes:
        out.print(escape(say("cli.others", headers=", ".join(seen.layout.attributes))))
    for form in seen.layout.dates:
        out.print(escape(say("cli.dates", column=form.column, how=dates_text(form, say))))
    for message in seen.layout.assumptions:
        out.print(f"[yellow]{escape(message.text(say))}[/]")
    for column, count in seen.unparsed.items():
        out.print(f"[yellow]{escape(say('cli.unparsed', column=column, count=count))}[/]")
    out.print(_sideways(seen.first_rows, lambda name, cell: cell_text(name, cell, say), say))
    if seen.account:
        for text in account_texts(seen.account, seen.rows, say):
            sentence(out, text)
        found = account_table(seen.account, say)
        table(out, None, list(found.headers), found.rows, found.numeric)


def show_table_inspection(seen: "TableInspection", say: Words) -> None:
    """A customer table as it would be read: files, columns with kind and role, what was found, the first rows."""
    out = Console(highlight=False)
    _show_files(seen.inputs, say, out)
    out.print(escape(say("columns.table.is" if seen.id_header else "columns.table.numbered", header=seen.id_header)))
    rows = []
    for each in seen.attributes:
        role = say(f"columns.role.{each.role}") if each.role else ""
        counts = (say.number(each.filled), say.number(each.distinct))
        kind = say(f"columns.kind.{each.kind}")
        rows.append((each.title(say), say("columns.table.said", kind=kind) if each.said else kind, role, *counts))
    heads = ("kind", "role", "filled", "distinct")
    table(out, None, [say("cli.inspected.header"), *(say(f"columns.table.{word}") for word in heads)], rows, (3, 4))
    for message in seen.assumptions:
        out.print(f"[yellow]{escape(message.text(say))}[/]")
    for found in seen.findings:
        figures: dict[str, Value] = {"count": found.count, "of": found.of, "share": found.share, **found.values}
        out.print(f"[yellow]{escape(say(f'findings.{found.code}.says', **figures))}[/]")
    if seen.as_of:
        out.print(say("columns.table.as_of", day=seen.as_of.isoformat()))
    kinds = {str(each.header): each.shown_as for each in seen.attributes}
    out.print(_sideways(seen.first_rows, lambda name, cell: value_text(kinds.get(name, "text"), cell, say), say))
    out.print(say("columns.table.study"))


def _show_files(files: "tuple[InputFile, ...]", say: Words, out: Console) -> None:
    for file in files:
        facts = [file.kind, file.encoding, file.compression, file.sheet, say("cli.rows", rows=file.rows)]
        out.print(f"[bold]{escape(file.name)}[/]: " + ", ".join(escape(fact) for fact in facts if fact))


def _show_segments(study: Study, say: Words, out: Console) -> None:
    paid = any(group.sales_share is not None for group in study.segments)
    heads = ["segment", "customers", "share", *(["sales_share"] if paid else []), "action"]
    rows = [
        [
            segment_label(group.name, say),
            say.number(group.customers),
            say.percent(group.share),
            *(["" if group.sales_share is None else say.percent(group.sales_share)] if paid else []),
            group.actions[0].title(say),
        ]
        for group in study.segments
    ]
    rows += [
        [each.title(say), say.number(each.customers), say.percent(each.share), say(f"actions.{each.action}.title")]
        for each in (study.people.groups if study.people and not study.people.named else ())
    ]
    table(out, None, [say(f"cli.segments.{head}") for head in heads], rows, range(1, len(heads) - 1))


def _sideways(
    first: Sequence[Mapping[str, str | None]], written: Callable[[str, str | None], str], say: Words
) -> Table:
    """The first rows, on their side: one column a line, so that wide inputs stay readable."""
    table = Table(title=say("cli.first_rows"), box=None, pad_edge=False, title_justify="left", show_header=False)
    table.add_column("", min_width=13, no_wrap=True)
    rows = first[:3]
    for _ in rows:
        table.add_column("", max_width=40, no_wrap=True)
    for name in rows[0] if rows else ():
        table.add_row(escape(name), *(escape(written(name, row[name])) for row in rows))
    return table
