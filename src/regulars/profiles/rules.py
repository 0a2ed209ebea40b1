"""The plain rule of each group: three conditions that a marketer can say, type into a filter and check.

Learned on one half of a bounded sample, measured on the other half, and counted over the whole shop.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from regulars.engine import Engine, quoted
from regulars.features.people_models import Attribute
from regulars.locale import Message, Value
from regulars.profiles.models import Kind, Profile
from regulars.profiles.rule_cuts import Kinds, round_scale
from regulars.profiles.rule_models import PlainRule, PlainRules, Tree
from regulars.profiles.rule_search import Field, best_rule, fits
from regulars.profiles.rule_sql import count_rules, group_sql, rule_sql, where_sql
from regulars.profiles.tree import Halves, grow
from regulars.rates import rate

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE = 20_000  # customers, half of them to learn from
NEEDED = 30  # held-out customers of a group, below which nothing is said about it
FLOOR = 0.5  # a rule is said where half of those it finds are the group's, and it finds half of the group
NUMERIC = ("recency_days", "orders", "monetary", "avg_order_value", "products", "tenure_days", "return_share")
_CATEGORIES = ("category", "ordered", "yes_no")
LEVELS = 40  # values of a category that a rule may name: the most frequent ones


def plain_rules(
    engine: Engine, groups: Sequence[Profile], attributes: Sequence[Attribute] = (), seed: int = 0
) -> PlainRules:
    """The rules of the groups (named segments and clusters) from the table `customers`, and a tree over each kind.

    Features are those of NUMERIC that hold values, and the attributes whose columns the table has.
    """
    known = set(engine.column_names("customers"))
    numeric = [name for name in NUMERIC if name in known]
    numeric += [each.name for each in attributes if each.kind == "number" and each.name in known]
    kinds = {each.name: each for each in attributes if each.kind in _CATEGORIES and each.name in known}
    columns = _read(engine, numeric, list(kinds), seed)
    learn, held = ({name: column[start::2] for name, column in columns.items()} for start in (0, 1))
    field = _field(learn, numeric, kinds)
    rows, tested = len(learn["segment"]), len(held["segment"])
    rules = [_rule(group, groups, field, learn, held) for group in groups]
    counted = count_rules(engine, [(where_sql(r.conditions), group_sql(r.kind, r.group)) for r in rules if r.sql])
    done = iter(counted)
    features = tuple(each.feature for each in field.columns)
    return PlainRules(
        rules=tuple(_counted(rule, *next(done)) if rule.sql else rule for rule in rules),
        trees=tuple(_trees(groups, field, learn, held)),
        features=features,
        learned_on=rows,
        held_out=tested,
    )


def _read(engine: Engine, numeric: Sequence[str], kinds: Sequence[str], seed: int) -> "dict[str, NDArray[Any]]":
    """A sample of customers that is always the same, in an order that has nothing to do with them."""
    import numpy as np

    chosen = [f"coalesce(cast({quoted(name)} as double), cast('nan' as double)) as {quoted(name)}" for name in numeric]
    chosen += [f"coalesce(cast({quoted(name)} as varchar), '') as {quoted(name)}" for name in kinds]
    columns = engine.columns(
        f"select {', '.join([*chosen, 'segment', 'cluster'])} from customers "
        f"order by md5(concat(cast($seed as varchar), ' ', customer_id)), customer_id limit {SAMPLE}",
        seed=seed,
    )
    read = {name: np.asarray(columns[name], dtype=float) for name in numeric}
    texts = {name: np.asarray(columns[name], dtype=object) for name in (*kinds, "segment")}
    return {**read, **texts, "cluster": np.asarray(columns["cluster"]).astype(str)}


def _field(learn: "dict[str, NDArray[Any]]", numeric: Sequence[str], kinds: dict[str, Attribute]) -> Field:
    scales = [round_scale(name, learn[name]) for name in numeric]
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


def _members(group: Profile, columns: "dict[str, NDArray[Any]]") -> "NDArray[Any]":
    import numpy as np

    if group.kind == "segment":
        return np.asarray(columns["segment"] == group.name)
    return np.asarray(columns["cluster"] == group.name.removeprefix("Cluster "))


def _rule(
    group: Profile,
    groups: Sequence[Profile],
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
    return PlainRule(group.kind, group.name, group.customers, conditions, precision, recall, sql=rule_sql(conditions))


def _counted(rule: PlainRule, found: int, hits: int) -> PlainRule:
    return replace(rule, found=found, hits=hits)


def _trees(
    groups: Sequence[Profile], field: Field, learn: "dict[str, NDArray[Any]]", held: "dict[str, NDArray[Any]]"
) -> list[Tree]:
    import numpy as np

    found = []
    for kind in get_args(Kind):
        names = [group.name for group in groups if group.kind == kind]
        if len(names) < 2:
            continue
        short = np.array([name.removeprefix("Cluster ") if kind == "cluster" else name for name in names])
        order = np.argsort(short)
        places = [order[np.searchsorted(short[order], half[kind])] for half in (learn, held)]
        tree = grow(kind, names, Halves(field, places[0], held, places[1]))
        found += [tree] if tree else []
    return found
