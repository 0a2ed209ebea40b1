"""`regulars recommend`: next products of every customer, from a shop's folder alone, kept in its study."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.commands.options import AsJson, Chosen, Lang, ShopFolder, choice_of, day_of, language_of, print_json, say
from regulars.locale import Words, words
from regulars.recommending import TABLE

if TYPE_CHECKING:
    from regulars.analysis import Study
    from regulars.baskets.recommend_models import Asked, Recommendations, Stock
    from regulars.engine import Row
    from regulars.shop import Shop

Customer = Annotated[
    str | None, typer.Option(help=say("recommend.cli.customer"), metavar="CUSTOMER", show_default=False)
]
Top = Annotated[int, typer.Option(help=say("recommend.cli.top"), metavar="N")]
InStock = Annotated[
    Path | None, typer.Option("--in-stock", help=say("recommend.cli.in_stock"), metavar="FILE", show_default=False)
]
OutOfStock = Annotated[
    Path | None,
    typer.Option("--out-of-stock", help=say("recommend.cli.out_of_stock"), metavar="FILE", show_default=False),
]
Barred = Annotated[
    list[str], typer.Option("--exclude-category", help=say("recommend.cli.exclude"), metavar="NAME", show_default=False)
]
Margin = Annotated[float, typer.Option("--margin-weight", help=say("recommend.cli.margin"), metavar="0..1")]
Holdout = Annotated[int | None, typer.Option(help=say("recommend.cli.holdout"), metavar="DAYS", show_default=False)]
LISTS = ("again", "next")
Out = Annotated[Path | None, typer.Option(help=say("recommend.cli.out"), metavar="FILE", show_default=False)]


def recommend(  # noqa: PLR0913, PLR0917 - one parameter per flag
    shop: ShopFolder = Path("shop"),
    customer: Customer = None,
    top: Top = 10,
    in_stock: InStock = None,
    out_of_stock: OutOfStock = None,
    exclude_category: Barred = [],  # noqa: B006 - typer's way to say "none"
    margin_weight: Margin = 0.0,
    holdout: Holdout = None,
    out: Out = None,
    study: Chosen = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Finds next products of everybody and keeps them in the study; of a customer, shows what is kept already."""
    from regulars.baskets.recommend_models import Wishes
    from regulars.errors import UsageError
    from regulars.recommending import recommended
    from regulars.shop import open_shop

    kind: Any = choice_of(out.suffix.lower().removeprefix("."), ("csv", "xlsx", "parquet")) if out else None
    asked = _asked(top, (in_stock, out_of_stock), exclude_category, margin_weight, holdout)
    kept = open_shop(shop)
    known = kept.load(day_of(study))
    if known.as_of is None or known.overview is None:
        raise UsageError("recommend_no_orders")
    told = words(language_of(lang) or known.settings.language, known.currency)
    made = known.recommendations
    if customer is None or made is None or asked.wishes not in {Wishes(), made.wishes}:
        known = recommended(kept, known.as_of, asked)
    if customer is not None:
        _one(kept, known, customer, told, as_json)
    elif known.recommendations is not None:
        _tell(known.recommendations, told, as_json)
    if out:
        from regulars.exports import export_table

        source = kept.path_of(known.as_of, TABLE)
        rows = export_table(source, out, kind, told.language, overwrite=True)
        typer.echo(told("recommend.cli.written", rows=rows, path=str(out)), err=True)


def _asked(
    top: int, stock: tuple[Path | None, Path | None], barred: list[str], margin: float, holdout: int | None
) -> "Asked":
    """The options, checked. Raises UsageError."""
    import hashlib

    from regulars.baskets.recommend_models import Asked, Wishes
    from regulars.baskets.stock import read_codes
    from regulars.errors import UsageError

    inside, outside = stock
    if inside and outside:
        raise UsageError("stock_both")
    if not 1 <= top <= 50:
        raise UsageError("recommend_top", top=top)
    if not 0 <= margin <= 1:
        raise UsageError("recommend_margin", margin=margin)
    if holdout is not None and not 7 <= holdout <= 365:
        raise UsageError("recommend_holdout", days=holdout)
    file = inside or outside
    codes = read_codes(file) if file else ()
    checksum = hashlib.sha256("\n".join(codes).encode()).hexdigest() if codes else ""
    which: Stock = "in" if inside else "out" if outside else "all"
    return Asked(Wishes(top, holdout, which, tuple(sorted(set(barred))), margin, len(codes), checksum), codes)


def _one(kept: "Shop", known: "Study", customer: str, told: Words, as_json: bool) -> None:
    """Both lists of one customer. Raises UsageError where there is no such customer."""
    from regulars.pages.recommend import line

    name, rows = _found(kept, known, customer)
    if as_json:
        print_json(customer_json(name, rows))
        return
    for which in LISTS:
        typer.echo(told(f"recommend.{which}.title"))
        listed = [f"{row['place']}. {line(row, told)}" for row in rows if row["list"] == which]
        for told_row in listed or [told(f"recommend.nothing.{which}")]:
            typer.echo(f"  {told_row}")


def _found(kept: "Shop", known: "Study", customer: str) -> "tuple[str, list[Row]]":
    """The customer's id as the study writes it, and both lists."""
    from regulars.engine import DuckEngine
    from regulars.errors import UsageError
    from regulars.ids import spellings, unknown

    everybody = kept.path_of(known.as_of, "customers.parquet", check=False)
    with closing(DuckEngine()) as engine:
        engine.load("recommended", kept.path_of(known.as_of, TABLE, check=False))
        engine.load("customers", everybody)
        for name in spellings(known, customer):
            if rows := engine.rows("select * from recommended where customer_id = $id order by list, place", id=name):
                return name, rows
            if engine.rows("select 1 as one from customers where customer_id = $id", id=name):
                raise UsageError("recommend_customer", id=name)
    raise unknown(everybody, customer)


def customer_json(customer: str, rows: "list[Row]") -> dict[str, Any]:
    """Both lists of one customer."""
    lists: dict[str, list[dict[str, Any]]] = {which: [] for which in LISTS}
    for row in rows:
        kept = {name: value for name, value in row.items() if name not in {"customer_id", "list"}}
        kept["last_bought"] = kept["last_bought"] and kept["last_bought"].isoformat()
        lists[row["list"]].append(kept)
    return {"customer_id": customer, **lists}


def _tell(found: "Recommendations", told: Words, as_json: bool) -> None:
    """What was found, as JSON or in words."""
    if as_json:
        print_json(_json(found, told))
    else:
        _show(found, told)


def _json(found: "Recommendations", told: Words) -> dict[str, Any]:
    """All that was found as plain values; `says` are the sentences of the page."""
    import msgspec

    from regulars.pages.recommend import insights

    plain = msgspec.to_builtins(found)
    for which in LISTS:
        plain[which]["reason"] = getattr(found, which).reason.text(told)
    return {"says": list(insights(found, told)), **plain, "reason": found.reason and found.reason.text(told)}


def _show(found: "Recommendations", told: Words) -> None:
    """The sentences, then what stands in most lists."""
    from rich.console import Console

    from regulars.narrow import sentence, table
    from regulars.pages.recommend import insights
    from regulars.pages.sentences import tame

    console = Console()
    for said in insights(found, told):
        sentence(console, said)
    for which in LISTS:
        one = getattr(found, which)
        if one.most:
            heads = [told(f"recommend.head.{head}") for head in ("product", "lists")]
            rows = [(str(tame(each.product or each.product_id)), told.number(each.customers)) for each in one.most]
            table(console, told(f"recommend.{which}.title"), heads, rows, (1,))
