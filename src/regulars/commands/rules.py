"""`regulars rules`: what sells together, from a shop's folder alone."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from regulars.commands.options import AsJson, Chosen, Lang, ShopFolder, choice_of, day_of, language_of, print_json, say

Share = Annotated[
    float | None, typer.Option("--min-support", help=say("bundles.cli.support"), metavar="SHARE", show_default=False)
]
Count = Annotated[
    int | None, typer.Option("--min-count", help=say("bundles.cli.count"), metavar="N", show_default=False)
]
Segment = Annotated[str | None, typer.Option(help=say("bundles.cli.segment"), metavar="NAME", show_default=False)]


def rules(  # noqa: PLR0913, PLR0917 - one parameter per flag
    shop: ShopFolder = Path("shop"),
    min_support: Share = None,
    min_count: Count = None,
    level: Annotated[
        str, typer.Option(help=say("bundles.cli.level"), metavar="product|subcategory|category")
    ] = "product",
    basket: Annotated[str, typer.Option(help=say("bundles.cli.basket"), metavar="order|customer|day")] = "order",
    segment: Segment = None,
    max_size: Annotated[int, typer.Option(help=say("bundles.cli.max_size"), metavar="2|3|4")] = 3,
    study: Chosen = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Shows what sells together: all rules as JSON, the best bundles in words."""
    from regulars.analysis import UNDATED
    from regulars.baskets.collect import Support
    from regulars.baskets.find import LEVELS, Asked, find_rules
    from regulars.baskets.words import bundles_json, show_bundles
    from regulars.engine import DuckEngine
    from regulars.errors import UsageError
    from regulars.locale import words
    from regulars.shop import open_shop
    from regulars.stored import stored_sales

    if min_support is not None and min_count is not None:
        raise UsageError("rules_both")
    asked = Asked(
        Support(min_support, min_count),
        choice_of(level, LEVELS),
        choice_of(basket, ("order", "customer", "day")),
        max_size,
    )
    kept = open_shop(shop)
    found = kept.load(day_of(study))
    known = [group.name for group in found.segments]
    if segment is not None and segment not in known:
        raise UsageError("rules_segment", segment=segment, known=", ".join(known))
    with closing(DuckEngine()) as engine:
        stored_sales(engine, kept, found.as_of or UNDATED, segment)
        bundles = find_rules(engine, asked, most=None if as_json else 1000)
    if as_json:
        print_json(bundles_json(bundles, segment))
    else:
        show_bundles(bundles, words(language_of(lang) or found.settings.language, found.currency))
