"""Next products of every customer: what to buy again, and what to try next. Two lists, never mixed.

Buy again: the customer's own products, each purchase fading with the product's cycle, times how often people come back
for the product. Try next: products that the customer has not bought yet and that go with what was bought (`similar`).
Both are checked on the last days of the shop against plain popularity, and where they do not beat it, popular products
are shown. No list is ordered by lift, which favours what hardly anybody buys.
"""

from dataclasses import replace
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from regulars.baskets.recommend_check import LEAST, Tested, best, checked, hits, tested
from regulars.baskets.recommend_models import (
    PLAIN,
    WAYS,
    Asked,
    Check,
    List,
    NextList,
    Offered,
    Pair,
    Recommendations,
    Way,
)
from regulars.baskets.similar import below, learn_similar
from regulars.engine import Engine, Row
from regulars.errors import UsageError
from regulars.locale import Message, Value

PLAINLY = Asked()
SHELF = 1_000  # products that others may be offered: those that most customers bought
TESTED = 20_000  # customers of a check, at most
AT_ONCE = 20_000_000  # rows of customer, product and neighbour that are scored at a time
OLDEST = 4_000  # days; older purchases weigh as these
UNCHECKED: dict[List, Check | None] = {"again": None, "next": None}
FADES = 400  # steps; 20 of them halve a weight


def recommend(engine: Engine, as_of: date, asked: Asked = PLAINLY) -> Recommendations:
    """Both lists of everybody, and how they do on the last days; afterwards the engine holds `next_result`.

    Reads `sales`, whose lines lie before `as_of`. `next_result` has one row per customer, list and place.
    Raises UsageError where no product is on the list of stock, or none is of a category that is to be left out.
    """
    sizes = _prepare(engine, asked)
    if not sizes["days"]:
        return _nothing(as_of, asked)
    wishes = asked.wishes
    _require(engine, sizes, asked)
    cut = _cut(sizes, as_of, wishes.holdout_days)
    found = _check(engine, cut, wishes.seed) if cut else UNCHECKED
    ways: dict[List, Way] = {which: _chosen(which, check) for which, check in found.items()}
    cover = _learn(engine, as_of)
    engine.make_from("next_drawn", "select c, draw from next_customers")
    engine.make("baskets/next_offers", stock=wishes.stock, margin=wishes.margin)
    _again(engine, as_of, ways["again"], wishes.top)
    _tried(engine, ways["next"], wishes.top, cover)
    engine.make("baskets/next_result", top=wishes.top)
    lists = _lists(engine, ways, found)
    return Recommendations(
        as_of=as_of,
        cut=cut,
        days=(as_of - cut).days if cut else 0,
        customers=int(sizes["customers"]),
        products=int(sizes["products"]),
        once=int(cover["once"]),
        shelf=int(cover["shelf"]),
        shelf_share=int(cover["shelf_pairs"]) / int(cover["pairs"]),
        wishes=wishes,
        margins=bool(sizes["profits"]),
        known=int(sizes["known"]),
        again=lists["again"],
        next=lists["next"],
        pairs=_pairs(engine),
    )


def _prepare(engine: Engine, asked: Asked) -> Row:
    """Products and customers numbered, their days, and the weights of ages; gives the sizes."""
    import numpy as np

    for step in ("next_names", "next_items", "next_customers", "next_days"):
        engine.make(f"baskets/{step}")
    ages, steps = np.arange(OLDEST + 1), np.arange(FADES + 1)
    weights = {"age": ages, "month": _halved(ages / 30, 1e6), "quarter": _halved(ages / 90, 1e3)}
    engine.put_columns("next_ages", {"age": "INTEGER", "month": "BIGINT", "quarter": "BIGINT"}, weights)
    fades = {"step": steps, "weight": _halved(steps / 20, 1e6)}
    engine.put_columns("next_fades", {"step": "INTEGER", "weight": "BIGINT"}, fades)
    engine.put_columns("next_stock", {"code": "VARCHAR"}, {"code": np.array(sorted(set(asked.codes)), object)})
    barred = sorted({name.lower() for name in asked.wishes.barred})
    engine.put_columns("next_barred", {"category": "VARCHAR"}, {"category": np.array(barred, object)})
    return engine.ask("baskets/next_sizes")[0]


def _require(engine: Engine, sizes: Row, asked: Asked) -> None:
    """Refuses wishes that leave nothing by mistake: codes of another list, a category that no product has."""
    if asked.codes and not sizes["known"]:
        known = engine.rows("select min(code) as code from next_items")[0]["code"]
        raise UsageError("stock_unknown", codes=len(asked.codes), known=known)
    if not asked.wishes.barred:
        return
    names = [row["name"] for row in engine.ask("baskets/next_categories")]
    if not names:
        raise UsageError("recommend_no_categories")
    folded = {name.lower() for name in names}
    for name in asked.wishes.barred:
        if name.lower() not in folded:
            close = get_close_matches(name, names, n=3, cutoff=0.4) or names[:10]
            raise UsageError("recommend_category", name=name, known=", ".join(close))


def _halved(times: Any, scale: float) -> Any:
    """Whole weights that halve with every one of `times`; at least 1."""
    import numpy as np

    return np.maximum(np.rint(scale * 0.5**times), 1).astype(np.int64)


def _cut(sizes: Row, as_of: date, days: int | None) -> date | None:
    """The first day of the check; None where the shop is younger than four weeks."""
    span = (as_of - sizes["first_day"]).days
    if span < 28:
        return None
    return as_of - timedelta(days=min(days or max(14, min(90, span // 10)), span // 2))


def _learn(engine: Engine, until: date) -> Row:
    """What is learned from the purchases before a day: pairs, cycles, the shelf, what goes with what."""
    for step in ("next_pairs", "next_products", "next_cycles"):
        engine.make(f"baskets/{step}", until=until)
    engine.make("baskets/next_shelf", most=SHELF)
    cover = engine.ask("baskets/next_cover")[0]
    learn_similar(engine, int(cover["shelf_pairs"]))
    return cover


def _check(engine: Engine, cut: date, seed: int) -> dict[List, Check | None]:
    """Both lists by every way, made as of the cut, on what was bought since."""
    engine.make("baskets/next_pairs", until=cut)
    engine.make("baskets/next_truth", until=cut)
    engine.make("baskets/next_tested")
    count = int(engine.rows("select count(*) as n from next_tested")[0]["n"])
    if count < LEAST:
        return UNCHECKED
    engine.make_from("next_drawn", "select c, draw from next_tested where draw < $below", below=below(TESTED / count))
    cover = _learn(engine, cut)
    engine.make("baskets/next_offers", stock="all", margin=0.0)
    who = tested(engine)
    seen: dict[List, dict[Way, Any]] = {"again": {}, "next": {}}
    for way in WAYS["again"]:
        _again(engine, cut, way, 10, remake=way == WAYS["again"][0])
        seen["again"][way] = hits(engine, "next_again_top", "again", who.who)
    for way in WAYS["next"]:
        if way in PLAIN:
            engine.make("baskets/next_favourites", by=way, top=10)
        else:
            _matched(engine, 10, cover)
        shown = "next_favourites" if way in PLAIN else "next_matched"
        seen["next"][way] = hits(engine, shown, "next", who.who)
    return {which: _judged(which, seen[which], who, seed) for which in WAYS}


def _judged(which: List, seen: dict[Way, Any], who: Tested, seed: int) -> Check | None:
    return checked(seen, who.possible(which), seed)


def _chosen(which: List, check: Check | None) -> Way:
    """The way that makes a list: the better of ours where it beats popularity, else the better popularity.

    Unchecked, a customer's own products stand by how often they were bought, and new ones by popularity.
    """
    if check is None:
        return "count" if which == "again" else "popular"
    return best([one for one in check.contenders if (one.way in PLAIN) != check.beats]).way


def _again(engine: Engine, until: date, way: Way, top: int, remake: bool = True) -> None:
    if remake:
        engine.make("baskets/next_again", until=until)
    engine.make("baskets/next_again_top", by=way, top=top)


def _tried(engine: Engine, way: Way, top: int, cover: Row) -> None:
    """Makes `next_matched`, what goes with what was bought, and `next_favourites` for who has too few of these."""
    if way in PLAIN:
        engine.put("next_matched", _MATCHED, [])
        engine.make("baskets/next_favourites", by=way, top=top)
        return
    _matched(engine, top, cover)
    engine.make("baskets/next_short", top=top)
    engine.make_from("next_drawn", "select c, draw from next_short")
    engine.make("baskets/next_favourites", by="popular", top=top)


_MATCHED = {"c": "BIGINT", "p": "INTEGER", "place": "INTEGER", "score": "BIGINT", "because": "INTEGER"}


def _matched(engine: Engine, top: int, cover: Row) -> None:
    """Makes `next_matched`, by parts of the customers, so that what is added up fits into memory."""
    parts = -(-int(cover["shelf_pairs"]) * 50 // AT_ONCE) or 1
    ends = [below(part / parts) for part in range(parts + 1)]
    names = [f"next_matched_{part}" for part in range(parts)]
    for name, low, high in zip(names, ends, ends[1:], strict=False):
        engine.make("baskets/next_liked", low=low, high=high, top=top)
        engine.make_from(name, "select * from next_liked")
    engine.make_from("next_matched", " union all ".join(f"select * from {name}" for name in names))
    engine.drop(*names)


def _pairs(engine: Engine) -> tuple[Pair, ...]:
    """The strongest of what was learned, each offered product once."""
    return tuple(
        Pair(row["bought"], row["offered"], int(row["weight"]) / 1_000_000) for row in engine.ask("baskets/next_strong")
    )


def lists_of(engine: Engine, shop: Recommendations) -> Recommendations:
    """What is said of the lists of some of the shop's customers, whose rows alone `next_result` holds; `sales` are
    theirs too. How lists are made and how they did in the check stays as it is of the shop."""
    ways: dict[List, Way] = {which: way for which in WAYS if (way := getattr(shop, which).way)}
    checks: dict[List, Check | None] = {which: getattr(shop, which).check for which in WAYS}
    found = _lists(engine, ways, checks)
    buyers = int(engine.ask("baskets/next_buyers")[0]["customers"])
    return replace(shop, customers=buyers, again=found.get("again", shop.again), next=found.get("next", shop.next))


def _lists(engine: Engine, ways: dict[List, Way], found: dict[List, Check | None]) -> dict[List, NextList]:
    """What is said of each list."""
    listed = {row["list"]: row for row in engine.ask("baskets/next_listed")}
    most: dict[str, list[Offered]] = {}
    for row in engine.ask("baskets/next_most"):
        most.setdefault(row["list"], []).append(Offered(row["product_id"], row["product"], int(row["customers"])))
    none: Row = {"customers": 0, "offers": 0, "matched": 0}
    return {
        which: NextList(
            way=way,
            customers=int(listed.get(which, none)["customers"]),
            offers=int(listed.get(which, none)["offers"]),
            matched=int(listed.get(which, none)["matched"]),
            most=tuple(most.get(which, ())),
            check=found[which],
            reason=_reason(which, found[which]),
        )
        for which, way in ways.items()
    }


def _reason(which: List, check: Check | None) -> Message:
    """Why a list is made as it is, with the figures of the check."""
    if check is None:
        return Message(f"recommend.reason.{which}_unchecked", {"least": LEAST})
    ours = best([one for one in check.contenders if one.way not in PLAIN])
    plain = best([one for one in check.contenders if one.way in PLAIN])
    values: dict[str, Value] = {
        "n": check.customers,
        "ours": ours.hit.value,
        "plain": plain.hit.value,
        "more": ours.ndcg / plain.ndcg - 1 if plain.ndcg else None,
    }
    return Message(f"recommend.reason.{which}_{'beats' if check.beats else 'popular'}", values)


def _nothing(as_of: date, asked: Asked) -> Recommendations:
    """What is said where no line names a product."""
    reason = Message("recommend.reason.no_products")
    none = NextList(None, 0, 0, 0, (), None, reason)
    return Recommendations(as_of, None, 0, 0, 0, 0, 0, 0.0, asked.wishes, False, 0, none, none, (), reason)
