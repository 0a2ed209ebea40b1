"""`regulars retention`: who comes back, from a shop's folder alone."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.commands.options import AsJson, Chosen, Lang, ShopFolder, choice_of, day_of, language_of, print_json, say

if TYPE_CHECKING:
    from regulars.analysis import Study
    from regulars.locale import Words
    from regulars.retention.models import Retention

By = Annotated[
    str | None,
    typer.Option("--by", help=say("retention.cli.by"), metavar="week|month|quarter|year", show_default=False),
]
AGES = 8  # periods since the first order, that a terminal shows


def retention(
    shop: ShopFolder = Path("shop"), by: By = None, study: Chosen = None, lang: Lang = None, as_json: AsJson = False
) -> None:
    """Shows who comes back: cohorts, new, repeating, won-back and lapsed customers, the time to a second purchase."""
    from regulars.engine import DuckEngine
    from regulars.errors import UsageError
    from regulars.locale import words
    from regulars.retention.calendar import GRAINS
    from regulars.retention.retention import retention as study_retention
    from regulars.shop import open_shop
    from regulars.stored import stored_sales

    grain = None if by is None else choice_of(by, GRAINS)
    kept = open_shop(shop)
    known = kept.load(day_of(study))
    if known.as_of is None or known.overview is None:
        raise UsageError("retention_no_orders")
    told = words(language_of(lang) or known.settings.language, known.currency)
    with closing(DuckEngine()) as engine:
        stored_sales(engine, kept, known.as_of)
        engine.make("value/orders")
        engine.make("market/gaps")
        found = study_retention(engine, known.as_of, grain)
    if found is None:
        raise UsageError("retention_no_orders")
    if as_json:
        print_json(_json(found, known, told))
    else:
        _show(found, known, told)


def _json(found: "Retention", study: "Study", told: "Words") -> dict[str, Any]:
    """All that was found as plain values, shares with their intervals; `says` are the sentences of the page."""
    import msgspec

    from regulars.pages.retention import insights, trend
    from regulars.pages.sentences import left_out

    plain = msgspec.to_builtins(found)
    for flow, row in zip(found.flows, plain["flows"], strict=True):
        row |= {"returning": msgspec.to_builtins(flow.returning), "two_orders": msgspec.to_builtins(flow.two_orders)}
    for cohort, row in zip(found.cohorts, plain["cohorts"], strict=True):
        for age, cell in enumerate(row["cells"]):
            cell |= {"age": age, "share": msgspec.to_builtins(cohort.share(age))}
    return {
        "shop": study.shop,
        "currency": study.currency,
        "says": [*insights(found, told), *trend(found, told), *left_out(study, found.customers, told)],
        **plain,
        "notes": [note.text(told) for note in found.notes],
    }


def _show(found: "Retention", study: "Study", told: "Words") -> None:
    """The sentences, the customers of each period, the cohorts."""
    from rich.console import Console

    from regulars.charts.cohorts import cohort_table
    from regulars.charts.retention import flow_table, units
    from regulars.narrow import sentence, table
    from regulars.pages.retention import insights, trend
    from regulars.pages.sentences import left_out

    console = Console()
    says = (*insights(found, told), *trend(found, told), *left_out(study, found.customers, told))
    for said in says:
        sentence(console, said)
    text = units(found.by, told)
    flows = flow_table(found, told("retention.cli.table", shop=study.shop, day=study.folder, **text), told)
    cohorts = cohort_table(found, told("retention.cli.cohorts", **text), told)
    fields = 4 + 3 * (found.lapse_days is not None) + (found.flows[0].sales is not None)  # the rest is in --json
    for shown, columns in ((flows, range(fields)), (cohorts, (0, 1, *range(3, 3 + AGES)))):
        chosen = [column for column in columns if column < len(shown.headers)]
        rows = [[row[column] for column in chosen] for row in shown.rows]
        table(console, shown.caption, [shown.headers[column] for column in chosen], rows, range(1, len(chosen)))
