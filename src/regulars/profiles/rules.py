"""The plain rule of each group: three conditions that a marketer can say, type into a filter and check.

Learned on one half of a bounded sample, measured on the other half, and counted over the whole shop.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from regulars.engine import Engine, quoted
from regulars.features.people_models import Attribute
from regulars.locale import Message, Value
from regulars.profiles.exact import definitions
from regulars.profiles.models import Kind, Profile
from regulars.profiles.rule_cuts import Kinds, round_scale
from regulars.profiles.rule_models import Named, PlainRule, PlainRules, Tree
from regulars.profiles.rule_search import Field, best_rule, fits
from regulars.profiles.rule_sql import count_rules, group_sql, rule_sql, where_sql
from regulars.profiles.tree import Halves, grow
from regulars.rates import rate
from regulars.segments.models import Scheme

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE = 20_000  # customers, half of them to learn from
NEEDED = 30  # held-out customers of a group, below which nothing is said about it
FLOOR = 0.5  # a rule is said where half of those it finds are the group's, and it finds half of the group
NUMERIC = ("recency_days", "orders", "monetary", "avg_order_value", "products", "tenure_days", "return_share")
_CATEGORIES = ("category", "ordered", "yes_no")
LEVELS = 40  # values of a category that a rule may name: the most frequent ones


def plain_rules(
    engine: Engine,
    groups: Sequence[Profile | Named],
    attributes: Sequence[Attribute] = (),
    seed: int = 0,
    scheme: Scheme | None = None,
) -> PlainRules:
    """The rules of the groups (named segments and clusters) from the table `customers`, and a tree over each kind.

    Features are those of NUMERIC that hold values, and the attributes: numbers and categories of the table `people`.
    Named segments of the `scheme` are defined by its cut points where that takes three conditions, or no rule is found.
    """
    named = [Named(group.kind, group.name, group.customers) for group in groups]
    known = set(engine.column_names("customers"))
    numeric = [name for name in NUMERIC if name in known]
    kinds = {each.name: each for each in attributes if each.kind in _CATEGORIES}
    asked = {name: f"c.{quoted(name)}" for name in numeric}
    asked |= {a.name: f"p.{quoted(a.name)}" for a in attributes if a.kind == "number" or a.name in kinds}
    numeric += [each.name for each in attributes if each.kind == "number"]
    source = _source(asked, joined=bool(attributes))
    columns = _read(engine, source, (numeric, list(kinds)), seed)
    learn, held = ({name: column[start::2] for name, column in columns.items()} for start in (0, 1))
    told_twice = {each.name for each in attributes if each.role == "recency"}  # in the table's words, and in ours
    field = _field(learn, numeric, kinds, told_twice)
    rows, tested = len(learn["segment"]), len(held["segment"])
    exact = definitions(engine, source, named, scheme, joined=bool(attributes))
    brief = {(rule.kind, name): rule for name, rule in exact.items() if rule.brief}
    rules = [brief.get((g.kind, g.name)) or _rule(g, named, field, learn, held) for g in named]
    said = [(where_sql(rule.conditions), group_sql(rule.kind, rule.group)) for rule in rules if rule.conditions]
    counts = iter(count_rules(engine, source, said))
    features = tuple(each.feature for each in field.columns)
    rules = [_counted(rule, next(counts), joined=bool(attributes)) if rule.conditions else rule for rule in rules]
    rules = [exact.get(r.group, r) if r.reason and r.kind == "segment" else r for r in rules]
    return PlainRules(
        rules=tuple(rules),
        trees=tuple(_trees(named, field, learn, held)),
        features=features,
        learned_on=rows,
        held_out=tested,
    )


def _source(asked: Mapping[str, str], *, joined: bool) -> str:
    """The customers of the study with the columns that rules may use, as a subquery; not who is in `people` alone."""
    fields = ", ".join(f"{column} as {quoted(name)}" for name, column in asked.items())
    table = " left join people p on p.customer_id = c.customer_id" if joined else ""
    groups = "c.customer_id, coalesce(c.segment, '') as segment, c.cluster"
    return f"(select {groups}, {fields} from customers c{table}) as described"


def _read(
    engine: Engine, source: str, features: tuple[Sequence[str], Sequence[str]], seed: int
) -> "dict[str, NDArray[Any]]":
    """A sample of customers that is always the same, in an order that has nothing to do with them.

    `features` are the numeric ones and the categories.
    """
    import numpy as np

    numeric, kinds = features
    chosen = [f"coalesce(cast({quoted(name)} as double), cast('nan' as double)) as {quoted(name)}" for name in numeric]
    chosen += [f"coalesce(cast({quoted(name)} as varchar), '') as {quoted(name)}" for name in kinds]
    columns = engine.columns(
        f"select {', '.join([*chosen, 'segment', 'cluster'])} from {source} "
        f"order by md5(concat(cast($seed as varchar), ' ', customer_id)), customer_id limit {SAMPLE}",
        seed=seed,
    )
    read = {name: np.asarray(columns[name], dtype=float) for name in numeric}
    texts = {name: np.asarray(columns[name], dtype=object) for name in (*kinds, "segment")}
    return {**read, **texts, "cluster": np.asarray(columns["cluster"]).astype(str)}


def _field(
    learn: "dict[str, NDArray[Any]]",
    numeric: Sequence[str],
    kinds: Mapping[str, Attribute],
    told_twice: AbstractSet[str],
) -> Field:
    scales = [round_scale(name, learn[name]) for name in numeric]
    if any(each and each.feature == "recency_days" for each in scales):
        scales = [each for each in scales if each and each.feature not in told_twice]
    named = [_kinds(name, learn[name], yes_no=each.kind == "yes_no") for name, each in kinds.items()]
    return Field(tuple(each for each in scales if each), tuple(each for each in named if each), learn)


def _kinds(feature: str, values: "NDArray[Any]", *, yes_no: bool) -> Kinds | None:
    """The most frequent values of a category; None where it has one alone."""
    import numpy as np

    found, counts = np.unique(values[values != ""], return_counts=True)
    if len(found) < 2:
        return None
    kept = np.sort(found[np.lexsort((found, -counts))][:LEVELS])
    places = np.minimum(np.searchsorted(kept, values), len(kept) - 1)
    codes = np.where(kept[places] == values, places, -1)
    return Kinds(feature, tuple(v == "true" if yes_no else v for v in kept.tolist()), codes.astype(np.int64))


def _members(group: Named, columns: "dict[str, NDArray[Any]]") -> "NDArray[Any]":
    import numpy as np

    if group.kind == "segment":
        return np.asarray(columns["segment"] == group.name)
    return np.asarray(columns["cluster"] == group.name.removeprefix("Cluster "))


def _rule(
    group: Named,
    groups: Sequence[Named],
    field: Field,
    learn: "dict[str, NDArray[Any]]",
    held: "dict[str, NDArray[Any]]",
) -> PlainRule:
    member, others = _members(group, held), _members(group, learn)
    in_group, rows = int(member.sum()), len(member)

    def unsaid(key: str, **values: Value) -> PlainRule:
        return PlainRule(group.kind, group.name, group.customers, reason=Message(f"plain.reason.{key}", values))

    if sum(each.kind == group.kind for each in groups) < 2:
        return unsaid("alone")
    if in_group < NEEDED:
        return unsaid("few", n=in_group, needed=NEEDED)
    conditions = best_rule(field, others)
    inside = fits(conditions, held, rows)
    found, hits = int(inside.sum()), int((inside & member).sum())
    precision, recall = rate(hits, found), rate(hits, in_group)
    if not conditions or precision is None or recall is None:
        return unsaid("none", n=in_group)
    if min(precision.value, recall.value) < FLOOR or precision.low <= in_group / rows:
        return unsaid("floor", precision=precision.value, recall=recall.value, floor=FLOOR, n=in_group)
    return PlainRule(group.kind, group.name, group.customers, conditions, precision, recall)


def _counted(rule: PlainRule, counts: tuple[int, int], *, joined: bool) -> PlainRule:
    found, hits = counts
    return replace(rule, found=found, hits=hits, sql=rule_sql(where_sql(rule.conditions), joined=joined))


def _trees(
    groups: Sequence[Named], field: Field, learn: "dict[str, NDArray[Any]]", held: "dict[str, NDArray[Any]]"
) -> list[Tree]:
    import numpy as np

    found = []
    for kind in get_args(Kind):
        names = [group.name for group in groups if group.kind == kind]
        if len(names) < 2:
            continue
        short = np.array([name.removeprefix("Cluster ") if kind == "cluster" else name for name in names], dtype=object)
        known = [np.isin(half[kind], short) for half in (learn, held)]
        order = np.argsort(short)
        places = [
            order[np.searchsorted(short[order], half[kind][k])] for half, k in zip((learn, held), known, strict=True)
        ]
        shown = {name: column[known[1]] for name, column in held.items()}
        tree = grow(kind, names, Halves(_part(field, known[0]), places[0], shown, places[1]))
        found += [tree] if tree else []
    return found


def _part(field: Field, kept: "NDArray[Any]") -> Field:
    """The same field for some of its customers: those whose group is known."""
    scales = tuple(replace(each, codes=each.codes[kept]) for each in field.scales)
    kinds = tuple(replace(each, codes=each.codes[kept]) for each in field.kinds)
    return Field(scales, kinds, {name: column[kept] for name, column in field.values.items()})
