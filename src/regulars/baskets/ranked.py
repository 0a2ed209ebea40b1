"""Rules in their order, with what the shop's owner asks of each: does it last, what is it worth, is it news."""

from math import isnan
from typing import TYPE_CHECKING, Any

from regulars.baskets.collect import Baskets
from regulars.baskets.itemsets import Itemsets
from regulars.baskets.models import Late, Rule
from regulars.baskets.rules import FEW, MARGIN, SURE, Columns, Split, rows_of, splits
from regulars.baskets.significance import binomial_tail, lift_interval
from regulars.engine import Engine

if TYPE_CHECKING:
    from numpy.typing import NDArray


def ranked(baskets: Baskets, found: list[Itemsets], columns: Columns) -> Columns:
    """The columns with `redundant`, intervals and the last quarter, best rules first.

    First come rules that no shorter one explains and that are proven: q at most 5 %, against baskets of equal size too,
    and by more than MARGIN. Within, by the lower bound of the adjusted lift. Ties by count, then by the sets' order.
    """
    import numpy as np

    columns["adjusted_low"], columns["adjusted_high"] = adjusted_interval(columns, "", baskets.total)
    columns["late_low"], columns["late_high"] = adjusted_interval(columns, "late_", columns["late_total"])
    columns["redundant"] = redundant(found, len(baskets.codes), columns)
    low = np.nan_to_num(columns["adjusted_low"], nan=0.0)
    sure = (columns["adjusted_q"] <= SURE) & (columns["q"] <= SURE) & (low > MARGIN)
    columns["sure"] = sure & ~columns["redundant"]
    order = np.lexsort((columns["split"], columns["row"], columns["size"], -columns["count"], -low,
                        columns["redundant"], ~columns["sure"]))  # fmt: skip
    return {name: column[order] for name, column in columns.items()}


def adjusted_interval(columns: Columns, period: str, total: Any) -> tuple["NDArray[Any]", "NDArray[Any]"]:
    """95 % for count / expected: the interval of lift, divided by the lift that is expected; NaN without one.

    Of a set that no basket holds: up to the three that would be missed once in twenty times.
    """
    import numpy as np

    count, first, second, expected = (columns[period + name] for name in ("count", "first", "second", "expected"))
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (end * first * second / (total * expected) for end in lift_interval(count, first, second, total))
        none = count == 0
        return (
            np.where(expected > 0, np.where(none, 0, low), np.nan),
            np.where(expected > 0, np.where(none, 3 / expected, high), np.nan),
        )


def redundant(found: list[Itemsets], base: int, columns: Columns) -> "NDArray[Any]":
    """Whether leaving one item out gives a rule that explains this one (Webb 2007: productive rules).

    It does where the rule's count is no more, at 5 %, than the shorter rule's lift makes of the count that baskets of
    equal size would bring.
    """
    import numpy as np

    lifts = _lift_tables(found, columns)
    result = np.zeros(len(columns["count"]), bool)
    for size in range(3, len(found) + 1):
        for number, split in enumerate(splits(size)):
            rows = np.flatnonzero((columns["size"] == size) & (columns["split"] == number))
            items = found[size - 1].items[columns["row"][rows]]
            for out, shorter in _shorter(split):
                smaller = np.delete(items, out, axis=1)
                place = rows_of(found, smaller, base)
                explained = columns["expected"][rows] * np.maximum(1, lifts[size - 1][place, shorter])
                p = binomial_tail(
                    columns["count"][rows], np.minimum(columns["first"], columns["second"])[rows], explained
                )
                result[rows] |= p > SURE
    return result


def _lift_tables(found: list[Itemsets], columns: Columns) -> dict[int, "NDArray[Any]"]:
    """By size: the adjusted lift of each set (row) in each split (column), 1 where there is no rule."""
    import numpy as np

    tables = {}
    for size, sets in enumerate(found, 1):
        table = np.ones((len(sets.items), 2**size - 2))
        of = columns["size"] == size
        table[columns["row"][of], columns["split"][of]] = np.nan_to_num(columns["adjusted"][of], nan=1.0)
        tables[size] = table
    return tables


def _shorter(split: Split) -> list[tuple[int, int]]:
    """For each item that can be left out: its position, and the number of the split that is left."""
    found = []
    size = len(split.antecedent) + len(split.consequent)
    for out in range(size):
        left = [
            tuple(place - (place > out) for place in side if place != out)
            for side in (split.antecedent, split.consequent)
        ]
        if all(left):
            found.append((out, splits(size - 1).index(Split(left[0], left[1]))))
    return found


def rules_of(baskets: Baskets, found: list[Itemsets], columns: Columns, most: int | None = None) -> tuple[Rule, ...]:
    """The first rules as frozen objects, plain values throughout."""
    if not columns:
        return ()
    lists = {name: column[:most].tolist() for name, column in columns.items()}
    return tuple(
        _rule(baskets, found, dict(zip(lists, values, strict=True))) for values in zip(*lists.values(), strict=True)
    )


def _rule(baskets: Baskets, found: list[Itemsets], row: dict[str, Any]) -> Rule:
    items = found[row["size"] - 1].items[row["row"]].tolist()
    split = splits(row["size"])[row["split"]]
    first, second = ([items[place] for place in side] for side in (split.antecedent, split.consequent))
    total, count = baskets.total, row["count"]
    confidence, share = count / row["first"], row["second"] / total
    value = sum(float(baskets.value[item]) for item in items)
    profit = sum(float(baskets.profit[item]) for item in items)
    return Rule(
        antecedent=tuple(baskets.names[item] for item in first),
        consequent=tuple(baskets.names[item] for item in second),
        antecedent_codes=tuple(baskets.codes[item] for item in first),
        consequent_codes=tuple(baskets.codes[item] for item in second),
        support=count / total,
        count=count,
        antecedent_support=row["first"] / total,
        consequent_support=share,
        confidence=confidence,
        lift=confidence / share,
        lift_low=row["low"],
        lift_high=row["high"],
        leverage=count / total - row["first"] / total * share,
        conviction=(1 - share) / (1 - confidence) if count < row["first"] else None,
        p_value=row["p"],
        q_value=row["q"],
        expected=row["expected"],
        adjusted_lift=_known(row["adjusted"]),
        adjusted_low=_known(row["adjusted_low"]),
        adjusted_high=_known(row["adjusted_high"]),
        adjusted_p_value=row["adjusted_p"],
        adjusted_q_value=row["adjusted_q"],
        late=_late(row),
        value=_known(value),
        margin=_known(profit / value) if value > 0 else None,
        redundant=row["redundant"],
    )


def _late(row: dict[str, Any]) -> Late:
    count, expected = row["late_count"], row["late_expected"]
    if max(count, expected) < FEW or not expected:
        return Late(count, expected, None, None, None, "cannot_say")
    low, high = row["late_low"], row["late_high"]
    verdict = "holds" if low > 1 else "fades" if high < (row["adjusted_low"] or 0) else "cannot_say"
    return Late(count, expected, count / expected, low, high, verdict)  # type: ignore[arg-type]


def _known(value: float) -> float | None:
    """None for what is not a number."""
    return None if isnan(value) else value


_TABLE = {
    "place": "INTEGER",
    "antecedent": "VARCHAR",
    "consequent": "VARCHAR",
    "count": "BIGINT",
    "support": "DOUBLE",
    "confidence": "DOUBLE",
    "lift": "DOUBLE",
    "lift_low": "DOUBLE",
    "lift_high": "DOUBLE",
    "p_value": "DOUBLE",
    "q_value": "DOUBLE",
    "expected": "DOUBLE",
    "adjusted_lift": "DOUBLE",
    "adjusted_low": "DOUBLE",
    "adjusted_high": "DOUBLE",
    "adjusted_p_value": "DOUBLE",
    "adjusted_q_value": "DOUBLE",
    "late_count": "BIGINT",
    "late_expected": "DOUBLE",
    "redundant": "BOOLEAN",
}
_FROM = {
    "lift_low": "low",
    "lift_high": "high",
    "p_value": "p",
    "q_value": "q",
    "adjusted_lift": "adjusted",
    "adjusted_p_value": "adjusted_p",
    "adjusted_q_value": "adjusted_q",
}


def put_rules(engine: Engine, baskets: Baskets, found: list[Itemsets], columns: Columns) -> None:
    """Makes the table `rules`: one row per rule in their order; the items of a side are joined by ` + `."""
    import numpy as np

    sides = [
        (found[size - 1].items[row].tolist(), splits(size)[split])
        for size, row, split in zip(*(columns[name].tolist() for name in ("size", "row", "split")), strict=True)
    ]

    def joined(side: str) -> "NDArray[Any]":
        texts = [" + ".join(baskets.names[items[at]] for at in getattr(split, side)) for items, split in sides]
        return np.array(texts, dtype=object)

    made = {
        "place": np.arange(1, len(sides) + 1),
        "antecedent": joined("antecedent"),
        "consequent": joined("consequent"),
        "support": columns["count"] / baskets.total,
        "confidence": columns["count"] / columns["first"],
    }
    engine.put_columns(
        "rules", _TABLE, {name: made[name] if name in made else columns[_FROM.get(name, name)] for name in _TABLE}
    )
