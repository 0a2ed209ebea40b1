"""What the tables of price, risk and growth say, in sentences with their figures."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import NormalDist

from regulars.charts.groups import segment_label
from regulars.locale import Words
from regulars.market.models import Cell, GroupPrice, GroupRisk, Growth, Price, Ratio, Risk
from regulars.pages.sentences import tame, told
from regulars.rates import Z

HIDDEN, LEAST = 0.2, 10  # a segment with fewer at risk looks safe; so many customers are worth a word


def named(name: str, say: Words) -> str:
    """A segment's name as it stands in a sentence."""
    return str(tame(segment_label(name, say)))


def signed(value: float, say: Words, digits: int = 0) -> str:
    """A change of 1 with its sign: `+12 %`."""
    shown = round(value, digits + 2)
    return ("+" if shown > 0 else "-" if shown < 0 else "") + say.percent(abs(shown), digits)


def widened(found: Ratio, tests: int) -> tuple[float, float]:
    """The range of a quotient of 1, wide enough that all of so many hold at once in 95 of 100 cases (Bonferroni)."""
    wider = NormalDist().inv_cdf(1 - 0.025 / max(tests, 1)) / Z
    return found.value * (found.low / found.value) ** wider, found.value * (found.high / found.value) ** wider


def price_insights(price: Price, say: Words) -> list[str]:
    """Who buys at a discount, and who pays more or less for the same products: where it is more than chance."""
    segments = [group for group in price.groups if group.kind == "segment"]
    found = [*_discounts(segments, say), *_same_products(segments, say)]
    return [*found, say("market.price.caveat")] if found else []


def _discounts(segments: Sequence[GroupPrice], say: Words) -> list[str]:
    pairs = [(group.name, group.discounted) for group in segments if group.discounted]
    if len(pairs) < 2 or not any(share.value for _, share in pairs):
        return []
    most = max(pairs, key=lambda pair: pair[1].value)
    least = min(pairs, key=lambda pair: pair[1].value)
    if most[1].low <= least[1].high:
        return [say("market.price.even")]
    return [say("market.price.most", name=named(most[0], say), share=most[1].value, low=most[1].low, high=most[1].high,
                other=named(least[0], say), other_share=least[1].value)]  # fmt: skip


def _same_products(segments: Sequence[GroupPrice], say: Words) -> list[str]:
    pairs = [(group.name, group.same_product) for group in segments if group.same_product]
    if not pairs:
        return []
    less = [pair for pair in pairs if widened(pair[1], len(pairs))[1] < 1]
    more = [pair for pair in pairs if widened(pair[1], len(pairs))[0] > 1]
    lines = [_pays("less", min(less, key=lambda pair: pair[1].value), say)] if less else []
    lines += [_pays("more", max(more, key=lambda pair: pair[1].value), say)] if more else []
    return lines or [say("market.price.alike")]


def _pays(key: str, pair: tuple[str, Ratio], say: Words) -> str:
    name, found = pair
    low, high = (signed(value - 1, say, 1) for value in (found.low, found.high))
    return say(f"market.price.{key}", name=named(name, say), gap=abs(found.value - 1), low=low, high=high)


def risk_insights(risk: Risk, say: Words) -> list[str]:
    """How many are at risk, where it is easily missed, and whether the flag foretold anything."""
    lines = []
    whole = next((group for group in risk.groups if group.kind == "shop"), None)
    if whole and whole.at_risk:
        key = "total" if whole.sales_share is not None else "total_plain"
        lines.append(say(f"market.risk.{key}", n=whole.own + whole.shop, of=whole.at_risk.n, share=whole.at_risk.value,
                         sales=whole.sales, sales_share=whole.sales_share))  # fmt: skip
    hidden = [group for group in risk.groups if group.kind == "segment" and _hidden(group)]
    if hidden:
        group = max(hidden, key=lambda each: each.sales or 0.0)
        share = group.at_risk.value if group.at_risk else None
        lines.append(say("market.risk.hidden", share=share, name=named(group.name, say), n=group.own + group.shop,
                         sales=group.sales))  # fmt: skip
    if risk.check:
        flagged, steady = risk.check.flagged, risk.check.steady
        key = "check" if flagged.high < steady.low else "check_fails"
        place = len(lines) if key == "check" else 0  # what foretells nothing is not read before that is known
        lines.insert(place, say(f"market.risk.{key}", days=risk.check.days, flagged=flagged.value, low=flagged.low,
                                high=flagged.high, steady=steady.value))  # fmt: skip
    elif risk.no_check:
        lines.append(told(risk.no_check, say))
    if whole and whole.unknown:
        lines.append(say("market.risk.unknown", n=whole.unknown))
    return lines


def _hidden(group: GroupRisk) -> bool:
    found, n = group.at_risk, group.own + group.shop
    return bool(group.sales and group.sales > 0 and found and n >= LEAST and found.value < HIDDEN)


def growth_insights(grown: Growth, say: Words, whole: bool = True) -> list[str]:
    """How the shop grew (with `whole`), which items clearly did, which segment stands out against its own total."""
    cells = {(cell.name, cell.item): cell for cell in grown.cells}
    shop = cells.get(("", ""))
    lines: list[str] = []
    if whole and shop and shop.growth:
        low, high = signed(shop.growth.low, say), signed(shop.growth.high, say)
        lines.append(say("market.growth.total", after=shop.after, before=shop.before, low=low, high=high,
                         growth=signed(shop.growth.value, say)))  # fmt: skip
    lines += [_periods(grown, say)] if whole else []
    items = [cell for item in grown.items if (cell := cells.get(("", item))) and cell.growth]
    clear = [_listed(key, items, say) for key in ("up", "down")]
    lines += [line for line in clear if line] or ([say("market.growth.steady")] if items else [])
    return [*lines, *_standing_out(cells, say), *([say("market.growth.caveat")] if whole else [])]


def _periods(grown: Growth, say: Words) -> str:
    first, last = grown.after[0].isoformat(), (grown.after[1] - timedelta(days=1)).isoformat()
    return say(f"market.growth.{'seasonal' if grown.seasonal else 'halves'}", first=first, last=last, n=grown.months)


def _listed(key: str, cells: Sequence[Cell], say: Words) -> str:
    def holds(found: Ratio) -> bool:
        low, high = widened(_quotient(found), len(cells))
        return low > 1 if key == "up" else high < 1

    found = [(cell.item, cell.growth.value) for cell in cells if cell.growth and holds(cell.growth)]
    names = ", ".join(f"{tame(item)} ({signed(value, say)})" for item, value in found[:4])
    return say(f"market.growth.{key}", names=names) if found else ""


def _quotient(growth: Ratio) -> Ratio:
    return Ratio(growth.value + 1, growth.low + 1, growth.high + 1, growth.n)


def _standing_out(cells: dict[tuple[str, str], Cell], say: Words) -> list[str]:
    """The cell with most sales whose range does not hold the growth of its segment, as many as are looked at."""
    totals = {name: cell.growth.value for (name, item), cell in cells.items() if not item and cell.growth}
    tried = [(cell, cell.growth) for (name, item), cell in cells.items()
             if name and item and cell.growth and name in totals]  # fmt: skip
    found = []
    for cell, growth in tried:
        low, high = widened(_quotient(growth), len(tried))
        if not low <= totals[cell.name] + 1 <= high:
            found.append((cell, growth.value))
    if not found:
        return []
    cell, value = max(found, key=lambda pair: (pair[0].before + pair[0].after, pair[0].name, pair[0].item))
    key = "faster" if value > totals[cell.name] else "slower"
    return [say(f"market.growth.{key}", name=named(cell.name, say), item=tame(cell.item), growth=signed(value, say),
                total=signed(totals[cell.name], say))]  # fmt: skip
