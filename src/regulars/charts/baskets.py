"""Charts of what sells together: a network of items, a matrix of pairs, the bundles by named segment."""

from collections.abc import Iterable, Sequence
from math import cos, log2, pi, sin, sqrt

from regulars.baskets.models import Bundle, Bundles, InSegment, Rule
from regulars.baskets.words import sure, verdict
from regulars.charts import Chart, Option, Table, height_of
from regulars.charts.groups import segment_label
from regulars.charts.kit import Cell, base, color, fn, heat_map, short, tip
from regulars.locale import Words

ITEMS = 24  # of the network
PAIRED = 10  # of the matrix
SEGMENTS = 6
LABEL = 48  # characters of an item beside its point
PALE = 0.3  # of a pair that may be chance
FEW = 5  # baskets below which a segment cannot be compared


def pairs(bundles: Bundles) -> list[Rule]:
    """The rules between two single items, proven ones first."""
    found = [rule for rule in bundles.rules if len(rule.antecedent) == len(rule.consequent) == 1 and rule.adjusted_lift]
    return sorted(found, key=lambda rule: not sure(rule))


def network(bundles: Bundles, say: Words) -> Chart | None:
    """Items as points, the larger the more baskets hold them; a line joins two that sell together."""
    links: dict[tuple[str, str], Rule] = {}
    items: dict[str, float] = {}
    for rule in pairs(bundles):
        first, second = rule.antecedent[0], rule.consequent[0]
        ends = (min(first, second), max(first, second))
        if ends in links or len(items.keys() | {*ends}) > ITEMS:
            continue
        links[ends] = rule
        items[first], items[second] = rule.antecedent_support, rule.consequent_support
    if len(links) < 2:
        return None
    option = _graph(bundles, items, links, say)
    title = say("bundles.network.title")
    rows = tuple((*ends, say.number(rule.count), say.percent(rule.support), say.number(rule.adjusted_lift or 0, 1))
                 for ends, rule in links.items())  # fmt: skip
    heads = (say("bundles.head.item"), say("bundles.head.other"), say(f"bundles.baskets.{bundles.basket}"),
             say("bundles.head.support"), say("bundles.head.adjusted"))  # fmt: skip
    note = say("bundles.network.note", n=bundles.baskets, items=len(items), pairs=len(links))
    return Chart("bundles_network", title, note, option, Table(title, heads, rows, (2, 3, 4)), "full", 520)


def _graph(bundles: Bundles, items: dict[str, float], links: dict[tuple[str, str], Rule], say: Words) -> Option:
    """Points and lines on axes that are not drawn: so the places fit any width and the points stay round."""
    places = {name: [round(x, 3), round(y, 3)] for name, (x, y) in zip(items, spread([*items], [*links]), strict=True)}
    largest = max(items.values())
    strongest = max(_strength(rule) for rule in links.values())
    points = [
        {"value": places[name], "name": short(name, LABEL), "label": _side(name, places, links),
         "symbolSize": round(10 + 18 * sqrt(share / largest), 1),
         "tip": tip(name, (say(f"bundles.baskets.{bundles.basket}"), say.number(share * bundles.baskets)))}
        for name, share in items.items()
    ]  # fmt: skip
    joined = [
        {"coords": [places[a], places[b]], "lineStyle": _line(rule, strongest),
         "tip": _pair_tip(rule, bundles, say)}
        for (a, b), rule in links.items()
    ]  # fmt: skip
    axis = {"type": "value", "show": False, "min": -1.1, "max": 1.1}
    label = {"show": True, "position": "right", "formatter": "{b}", "color": color("ink"), "fontSize": 11,
             "width": 120, "overflow": "break", "lineHeight": 12,
             "textBorderColor": color("card"), "textBorderWidth": 3}  # fmt: skip
    return base(
        grid={"left": "18%", "right": "18%", "top": 12, "bottom": 12},
        xAxis=axis, yAxis=axis,
        series=[
            {"type": "lines", "coordinateSystem": "cartesian2d", "data": joined, "z": 1,
             "lineStyle": {"color": color("c2"), "opacity": 0.6}},
            {"type": "scatter", "data": points, "color": color("c1"), "label": label, "z": 2,
             "labelLayout": {"hideOverlap": True}},
        ],
    )  # fmt: skip


def _side(name: str, places: dict[str, list[float]], links: Iterable[tuple[str, str]]) -> Option:
    """Where the name of an item stands: away from the items that it is joined to; `upright` on a telephone."""
    near = [places[b if a == name else a] for a, b in links if name in {a, b}]
    left, below = (places[name][axis] < sum(place[axis] for place in near) / len(near) for axis in (0, 1))
    return {"position": "left" if left else "right", "upright": "bottom" if below else "top"}


def _line(rule: Rule, strongest: float) -> Option:
    """Thicker where the two sell together more often; thin, pale and dashed where that may be chance."""
    if not sure(rule):
        return {"width": 1, "opacity": 0.35, "type": "dashed"}
    return {"width": round(1.5 + 5 * _strength(rule) / strongest, 1)}


def _strength(rule: Rule) -> float:
    """Doublings of the adjusted lift; a little for the weakest."""
    return log2(max(rule.adjusted_lift or 1, 1.01))


def _pair_tip(rule: Rule, bundles: Bundles, say: Words) -> str:
    return tip(f"{rule.antecedent[0]} + {rule.consequent[0]}",
               (say(f"bundles.baskets.{bundles.basket}"), say.number(rule.count)),
               (say("bundles.head.adjusted"), say.number(rule.adjusted_lift or 0, 1)),
               (say("bundles.head.verdict"), verdict(rule, say)))  # fmt: skip


def spread(names: Sequence[str], links: Sequence[tuple[str, str]]) -> list[tuple[float, float]]:
    """Places for the points of a network: linked ones near, all others apart (Fruchterman & Reingold 1991).

    Within -1..1. It starts from a circle, so the same network gets the same places.
    """
    count = len(names)
    at = [(cos(2 * pi * i / count), sin(2 * pi * i / count)) for i in range(count)]
    index = {name: i for i, name in enumerate(names)}
    near = {(index[a], index[b]) for a, b in links} | {(index[b], index[a]) for a, b in links}
    ideal = 1.6 / sqrt(count)
    for step in range(STEPS):
        moved = []
        for i, (x, y) in enumerate(at):
            dx, dy = -0.3 * x, -0.3 * y
            for j, (u, v) in enumerate(at):
                if i == j:
                    continue
                far = max(sqrt((x - u) ** 2 + (y - v) ** 2), 0.01)
                force = ideal**2 / far**2 - (far / ideal if (i, j) in near else 0)
                dx, dy = dx + (x - u) * force, dy + (y - v) * force
            length = max(sqrt(dx * dx + dy * dy), 1e-9)
            most = 0.12 * (1 - step / STEPS)
            moved.append((x + dx / length * min(length, most), y + dy / length * min(length, most)))
        at = moved
    lows = [min(place[axis] for place in at) for axis in (0, 1)]
    spans = [max(max(place[axis] for place in at) - lows[axis], 1e-9) for axis in (0, 1)]
    return [(2 * (x - lows[0]) / spans[0] - 1, 2 * (y - lows[1]) / spans[1] - 1) for x, y in at]


STEPS = 120


def matrix(bundles: Bundles, say: Words) -> Chart | None:
    """Pairs of items as cells: how much more often the column is in baskets with the row."""
    found = pairs(bundles)
    items = _hubs(found)
    known = {(r.antecedent[0], r.consequent[0]): r for r in found if {*r.antecedent, *r.consequent} <= {*items}}
    if len(items) < 3:
        return None
    cells: list[tuple[int, int, Rule]] = [(items.index(b), items.index(a), rule) for (a, b), rule in known.items()]
    numbers = [str(i + 1) for i in range(len(items))]
    labels = [f"{i + 1}  {short(name, LABEL)}" for i, name in enumerate(items)]
    drawn: list[Cell] = [(x, y, log2(max(rule.adjusted_lift or 1, 1)), _pair_tip(rule, bundles, say), "")
                         for x, y, rule in cells]  # fmt: skip
    option = _with_values(heat_map(numbers, labels, drawn, "decimal"), [rule.adjusted_lift or 0 for *_, rule in cells])
    for datum, (*_, rule) in zip(option["series"][0]["data"], cells, strict=True):
        if not sure(rule):
            datum |= {"itemStyle": {"opacity": PALE}, "label": {"color": color("ink"), "opacity": 1}}
    title = say("bundles.matrix.title")
    unknown = say("common.unknown")
    rows = tuple(
        (a, *(say.number(known[a, b].adjusted_lift or 0, 1) if (a, b) in known else unknown for b in items))
        for a in items
    )
    table = Table(title, ("", *items), rows, tuple(range(1, len(items) + 1)))
    note = say(f"bundles.matrix.note.{bundles.basket}", n=bundles.baskets)
    return Chart("bundles_matrix", title, note, option, table, "full", height_of(len(items) + 3))


def _hubs(found: Sequence[Rule]) -> list[str]:
    """The items with most partners, each followed by its own, as many as fit."""
    partners: dict[str, list[str]] = {}
    for rule in found:
        partners.setdefault(rule.antecedent[0], []).append(rule.consequent[0])
    order: dict[str, None] = {}
    for name in sorted(partners, key=lambda name: -len(partners[name])):
        group = [name, *(other for other in partners[name] if other not in order)]
        if name not in order and len(order) + len(group) <= PAIRED:
            order |= dict.fromkeys(group)
    return list(order)


def _with_values(option: Option, values: Sequence[float]) -> Option:
    """A heat map whose colours go by doublings shows the figures themselves."""
    series = option["series"][0]
    for datum, value in zip(series["data"], values, strict=True):
        datum["value"].append(round(value, 1 if value < 10 else None))
    series["label"]["formatter"] = fn("times", 3)
    option["visualMap"]["dimension"] = 2
    option["xAxis"]["axisLabel"] = {"width": 90, "overflow": "break", "interval": 0, "fontSize": 11, "lineHeight": 13}
    option["yAxis"]["axisLabel"] = {"width": 300, "overflow": "truncate", "interval": 0, "fontSize": 11}
    return option


def by_segment(bundles: Bundles, say: Words) -> Chart | None:
    """Bundles by named segment: the share of baskets that hold one, as a multiple of all customers' share."""
    shown = [bundle for bundle in bundles.bundles if bundle.segments]
    largest = sorted(shown[0].segments if shown else (), key=lambda segment: -segment.baskets)[:SEGMENTS]
    known = [segment for segment in largest if segment.baskets * shown[0].rule.support >= FEW]
    if len(known) < 2:
        return None
    order = {segment.segment: x for x, segment in enumerate(known)}
    heads = [segment_label(segment, say) for segment in order]
    names = [" + ".join((*bundle.rule.antecedent, *bundle.rule.consequent)) for bundle in shown]
    cells: list[tuple[int, int, InSegment, float]] = []
    for y, bundle in enumerate(shown):
        cells += [
            (order[segment.segment], y, segment, segment.share / bundle.rule.support)
            for segment in bundle.segments
            if segment.segment in order and bundle.rule.support * segment.baskets >= FEW
        ]
    if not cells:
        return None
    drawn: list[Cell] = [(x, y, min(index, 4.0), _segment_tip(names[y], heads[x], one, say), "")
                         for x, y, one, index in cells]  # fmt: skip
    option = _with_values(heat_map(heads, [short(name, 48) for name in names], drawn, "decimal"),
                          [index for *_, index in cells])  # fmt: skip
    return _segment_chart(bundles, (heads, names), (option, cells), shown, say)


def _segment_tip(bundle: str, segment: str, one: InSegment, say: Words) -> str:
    share = f"{say.number(one.count)} / {say.number(one.baskets)} ({say.percent(one.share)})"
    return tip(bundle, (segment, share))


def _segment_chart(
    bundles: Bundles,
    names: tuple[list[str], list[str]],
    drawn: tuple[Option, list[tuple[int, int, InSegment, float]]],
    shown: Sequence[Bundle],
    say: Words,
) -> Chart:
    heads, rows_of = names
    texts = {(x, y): say.percent(one.share, 2) for x, y, one, _ in drawn[1]}
    unknown = say("common.unknown")
    rows = tuple(
        (name, say.percent(shown[y].rule.support, 2), *(texts.get((x, y), unknown) for x in range(len(heads))))
        for y, name in enumerate(rows_of)
    )
    title = say("bundles.segments.title")
    headers = (say("bundles.head.bundle"), say("bundles.segments.all"), *heads)
    table = Table(title, headers, rows, tuple(range(1, len(headers))))
    note = say("bundles.segments.note", n=bundles.baskets)
    return Chart("bundles_segments", title, note, drawn[0], table, "full", height_of(len(rows) + 3))
