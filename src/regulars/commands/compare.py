"""`regulars compare`: other algorithms beside k-means, from a shop's folder alone."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.commands.options import (
    AsJson,
    Chosen,
    Lang,
    ShopFolder,
    choice_of,
    day_of,
    language_of,
    print_json,
    say,
)
from regulars.errors import SettingsError, UsageError

if TYPE_CHECKING:
    from regulars.analysis import Study
    from regulars.locale import Words
    from regulars.segments.algorithms.models import Compared, Comparison
    from regulars.shop import Shop

Number = Annotated[int | None, typer.Option("--k", help=say("compare.cli.k"), metavar="N", show_default=False)]
Names = Annotated[
    str | None, typer.Option("--algorithms", help=say("compare.cli.algorithms"), metavar="A,B", show_default=False)
]
Target = Annotated[
    Path | None, typer.Option("--report", help=say("compare.cli.report"), metavar="FILE.html", show_default=False)
]


def compare(  # noqa: PLR0913, PLR0917 - one parameter per flag
    shop: ShopFolder = Path("shop"),
    k: Number = None,
    algorithms: Names = None,
    report: Target = None,
    study: Chosen = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Sets algorithms side by side on the customers of a study; the study stays as it is."""
    from rich.console import Console

    from regulars.locale import words
    from regulars.shop import open_shop

    kept = open_shop(shop)
    found = kept.load(day_of(study))
    told = words(language_of(lang) or found.settings.language, found.currency)
    with Console(stderr=True).status(told("compare.working")):
        result = _compared(kept, found, k, algorithms)
    if report:
        from regulars.pages.compare import compare_page
        from regulars.report import write_page

        write_page(compare_page(result, told), found.shop, report, told)
    if as_json:
        print_json(_json(result, told))
    else:
        _show(result, told)
    if report and not as_json:
        typer.echo(str(report))


def _compared(kept: "Shop", found: "Study", k: int | None, algorithms: str | None) -> "Comparison":
    from time import process_time

    from regulars.analysis import UNDATED
    from regulars.engine import DuckEngine
    from regulars.segments.algorithms.compare import ALGORITHMS
    from regulars.segments.algorithms.compare import compare as compare_all
    from regulars.stored import stored_buyers

    if k is not None and not 2 <= k <= 50:
        raise SettingsError("settings_k_asked", k=k)
    known = tuple(ALGORITHMS)
    names = known if algorithms is None else [choice_of(name.strip(), known) for name in algorithms.split(",")]
    with closing(DuckEngine()) as engine:
        stored_buyers(engine, kept, found.as_of or UNDATED)
        engine.view_from("features", _features_sql(found))
        return compare_all(engine, found.clusters, found.settings, k, names, process_time)


def _features_sql(found: "Study") -> str:
    """What the study's clusters were learned from, out of its customers: measures, or attributes as numbers."""
    if found.people is None or found.people.encoded is None:
        return "select * from customers"
    from regulars.segments.encode import MIXED, encoding_of

    if found.settings.encoding in MIXED:
        raise UsageError("compare_words", encoding=found.settings.encoding)
    encoding = encoding_of(found.people.attributes, found.settings, found.people.customers)
    fields = "".join(f", {sql} as {name}" for name, sql in encoding.columns.items())
    return f"select p.customer_id{fields} from customers p"


def _json(found: "Comparison", told: "Words") -> dict[str, Any]:
    from regulars.pages.compare import reason_text

    return {
        "k": found.k,
        "customers": found.customers,
        "sample": found.sample,
        "algorithms": [_row(row) for row in found.algorithms],
        "agreement": found.agreement,
        "verdict": found.verdict,
        "preferred": found.preferred,
        "reason": reason_text(found, told),
    }


def _row(row: "Compared") -> dict[str, Any]:
    """An algorithm in plain values. The CPU seconds are marked as measured: they differ from run to run."""
    import msgspec

    plain: dict[str, Any] = msgspec.to_builtins(row)
    measured = plain.pop("cpu_seconds")
    return {**plain, "least_jaccard": row.least_jaccard, "measured_cpu_seconds": measured}


def _show(found: "Comparison", told: "Words") -> None:
    from rich.console import Console

    from regulars.narrow import sentence, table
    from regulars.pages.compare import reason_text

    out = Console(highlight=False)
    if found.algorithms:
        out.print(told("compare.cli.head", sample=found.sample, customers=found.customers, k=found.k))
        words = ("groups", "smallest", "noise", "silhouette", "chance", "stable", "seconds")
        heads = [told("compare.word.algorithm"), *(told(f"compare.cli.{word}") for word in words)]
        table(out, None, heads, [_cells(row, told) for row in found.algorithms], range(1, len(heads)))
        if any(row.fails for row in found.algorithms):
            out.print(told("compare.cli.marked"))
    sentence(out, reason_text(found, told))


def _cells(row: "Compared", told: "Words") -> list[str]:
    """An algorithm in the terminal: what speaks against it is marked at its figure."""
    from regulars.charts.compare import label, with_spread

    def marked(text: str, fail: str) -> str:
        return f"{text} ✗" if fail in row.fails else text

    def figure(value: float | None) -> str:
        return "" if value is None else told.number(value, 2)

    def spread(value: float | None, error: float | None) -> str:
        return "" if value is None else with_spread(value, error, told)

    return [
        label(row.name, told),
        marked(told.number(row.clusters), "one"),
        marked(told.percent(row.smallest_share, 0), "smallest"),
        marked(told.percent(row.noise_share, 0), "noise"),
        marked(spread(row.silhouette, row.silhouette_spread), "null"),
        spread(row.null_silhouette, row.null_spread),
        marked(figure(row.least_jaccard), "jaccard"),
        figure(row.cpu_seconds),
    ]
