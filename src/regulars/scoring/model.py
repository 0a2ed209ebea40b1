"""Scores by a frozen study: who a customer is, by its cut points, centroids, personas and actions. Nothing is learned.

    measures (R/F/M and further features)  ┐
    orders (days and amounts) -> measures  ├-> scores -> named segment, cluster -> persona, actions
    attributes (of a customer table)       ┘

The same numpy answers for one customer and for a hundred thousand, and what it says of a customer of the study is what
the study's own table says: tests compare them all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from regulars.analysis import Study
from regulars.errors import UsageError
from regulars.features.people_models import Group
from regulars.locale import Message, Words
from regulars.profiles.models import Action, Profile
from regulars.publish import NO_ORDERS
from regulars.quality import Finding
from regulars.segments.named import MEASURES
from regulars.segments.sample import NUMERIC

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from regulars.segments.recoded import Recoder

_ENOUGH = 10  # customers with sales, from which on their middle tells
_FAR = 100  # times that it may part from the study's
_UNITS = 10_000  # money is counted in ten-thousandths, exactly as the study does


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a named segment or a cluster. `name` is English, as in the study's tables."""

    name: str
    persona_key: str | None
    actions: tuple[Action, ...]
    known: Profile | Group | None

    def persona(self, say: Words) -> str | None:
        """The persona's name in the language of `say`."""
        return self.known.title(say) if self.known else None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where customers stand; arrays with one element per customer.

    `scores` has the columns r, f, m (0: none), `segment` places in `Scorer.segments` (-1: cannot say), `cluster`
    numbers from 1 on (0: cannot say). `reason` says why nobody has a cluster, `note` what looks wrong with them all.
    """

    scores: "NDArray[Any]"
    segment: "NDArray[Any]"
    cluster: "NDArray[Any]"
    reason: Message | None = None
    note: Message | None = None


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders of several customers, one element each: whose (a place from 0 on), the day, net amount (NaN: unknown),
    lines.
    """

    customer: "NDArray[Any]"
    day: "NDArray[Any]"  # datetime64[D]
    amount: "NDArray[Any]"
    lines: "NDArray[Any]"


class Scorer:
    """A frozen study as a model. Made once, then used by any number of threads."""

    def __init__(self, study: Study) -> None:
        from regulars.segments.scores import code_table

        self.study = study
        self.model = study.clusters.model
        alone = study.people is not None and study.people.matched is None
        self.named = bool(study.scheme.codes)
        numbers = range(1, study.clusters.k + 1)
        self.segments = study.scheme.segments if self.named else tuple(f"Cluster {n}" for n in numbers)
        if not alone:
            self.segments = (*self.segments, NO_ORDERS)
        self.by_table = alone
        self.has_amounts = study.net_revenue is not None
        self._codes = code_table(study.scheme) if self.named else None
        self._recoder = _recoder(study) if alone else None
        self._typical = _typical(study)

    def cards(self) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
        """The cards of the segments (as in `segments`) and of the clusters 1, 2, ..."""
        profiles = {(p.kind, p.name): p for p in (*self.study.segments, *self.study.cluster_profiles)}
        learned = {f"Cluster {g.cluster}": g for g in (self.study.people.groups if self.study.people else ())}

        def card(kind: Any, name: str) -> Card:
            if profile := profiles.get((kind, name)):
                return Card(name, profile.persona, profile.actions, profile)
            if group := learned.get(name):
                own = self.study.settings.actions.get(group.action)
                why = Message("api.why_group", {"n": group.cluster})
                return Card(name, f"group_{group.cluster}", (Action(group.action, why, own),), group)
            return Card(name, None, (), None)

        clusters = [f"Cluster {number}" for number in range(1, self.study.clusters.k + 1)]
        return tuple(card("segment", name) for name in self.segments), tuple(card("cluster", n) for n in clusters)

    def by_measures(self, columns: Mapping[str, "NDArray[Any]"]) -> Placed:
        """Customers by `recency_days`, `orders`, `monetary` (floats; NaN: unknown), and further features of the model.

        Who has neither recency nor orders has not bought; who has one of them cannot be placed. Without its features
        nobody has a cluster; an unknown one counts as the mean, as it does in the study.
        """
        import numpy as np

        from regulars.segments.scores import scores_of

        count = len(next(iter(columns.values())))
        unknown = np.full(count, np.nan)
        held = {name: columns.get(name, unknown) for name in MEASURES}
        ordered = ~np.isnan(held["recency_days"]) & ~np.isnan(held["orders"])
        if self.by_table:
            ordered &= ~np.isnan(held["monetary"])
        scores = np.zeros((count, 3), dtype=int)
        none = np.isnan(held["recency_days"]) & (np.nan_to_num(held["orders"]) == 0)
        segment = np.where(none & (not self.by_table), len(self.segments) - 1, -1)
        if self._codes is not None:
            scores = np.column_stack(scores_of(self.study.scheme, held))
            scores[~ordered] = 0
            segment = np.where(ordered, self._codes[tuple(scores.T)], segment)
        cluster, reason = self._clustered(columns, count)
        if not self.by_table:
            cluster = np.where(ordered, cluster, 0)
        if not self.named:  # the learned groups stand for the segments
            segment = cluster - 1
        return Placed(scores, segment, cluster, reason, self._unlike(held["monetary"]))

    def _unlike(self, monetary: "NDArray[Any]") -> Message | None:
        """Says so where the middle customer spends far more or far less than that of the study: another currency?"""
        import numpy as np

        if len(monetary) < _ENOUGH or self.by_table or not self._typical:
            return None
        spent = monetary[np.nan_to_num(monetary) > 0]
        if len(spent) < _ENOUGH or 1 / _FAR <= (times := float(np.median(spent)) / self._typical) <= _FAR:
            return None
        key = "api.notes.larger" if times > 1 else "api.notes.smaller"
        here = float(np.median(spent))
        return Message(key, {"here": here, "study": self._typical, "currency": self.study.currency})

    def by_orders(self, orders: Orders, customers: int, as_of: date | None = None) -> Placed:
        """Customers by their orders, of which days before the study's first do not count.

        `as_of` is the day that recency is counted to; without it the study's. Raises UsageError where an order is not
        before it, or where the study has no days.
        """
        return self.by_measures(self.measures(orders, customers, as_of))

    def measures(self, orders: Orders, customers: int, as_of: date | None = None) -> dict[str, "NDArray[Any]"]:
        """What `features/measures` says of orders, as floats by feature. Raises as `by_orders`."""
        import numpy as np

        day = as_of or self.study.as_of
        if self.by_table or day is None or self.study.since is None:
            raise UsageError("score_no_orders")
        if len(orders.day) and orders.day.max() >= np.datetime64(day):
            raise UsageError("score_after", day=str(orders.day.max()), as_of=day.isoformat())
        keep = orders.day >= np.datetime64(self.study.since)
        if self.study.settings.returns == "drop":
            keep &= ~(orders.amount < 0)
        return _measures(orders, keep, customers, day, self.study.settings.frequency == "lines")

    def by_attributes(self, given: Mapping[str, Sequence[Any]], customers: int) -> Placed:
        """Customers by what a table says of them: columns by header or by name, None for what is not known.

        In a study of orders the columns are features by name. Raises UsageError for a column that the study does not
        have, InputError for a value that its column cannot hold.
        """
        import numpy as np

        if self._recoder is None:
            return self.by_measures(self.features(given))
        held = self.recoded(given)
        columns = self._recoder.encoded(held)
        said = self._said()
        unknown = np.full(customers, np.nan)
        measures = {name: held.get(column or "", unknown) for name, column in zip(MEASURES, said, strict=True)}
        measures |= {name: _rounded(measures[name], 1) for name in ("recency_days", "orders")}
        return self.by_measures({**measures, **columns})

    def recoded(self, given: Mapping[str, Sequence[Any]]) -> dict[str, "NDArray[Any]"]:
        """Columns of a customer table by attribute, typed, without what cannot be. Raises as `by_attributes`."""
        return self._recoder.read(self._own(given)) if self._recoder else {}

    def impossible(self, given: Mapping[str, Sequence[Any]]) -> tuple[Finding, ...]:
        """What of these columns of a customer table cannot be, and counts as unknown. Raises as `by_attributes`."""
        return self._recoder.impossible(self._own(given)) if self._recoder else ()

    def _own(self, given: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
        known = self._recoder.names if self._recoder else {}
        if foreign := [name for name in given if name not in known]:
            raise UsageError("score_column", name=foreign[0], known=", ".join(dict.fromkeys(known)))
        return {known[name]: values for name, values in given.items()}

    def features(self, given: Mapping[str, Sequence[Any]]) -> dict[str, "NDArray[Any]"]:
        """Features of a study of orders, by name, as floats. Raises UsageError and InputError as `by_attributes`."""
        import numpy as np

        from regulars.segments.recoded import numbers

        if foreign := [name for name in given if name not in NUMERIC]:
            raise UsageError("score_column", name=foreign[0], known=", ".join(NUMERIC))
        return {name: np.array(numbers(name, values), dtype=float) for name, values in given.items()}

    def needs(self) -> tuple[str, ...]:
        """What a cluster is told by: features, or attributes by name."""
        source = self._recoder.source if self._recoder else {}
        return tuple(dict.fromkeys(source.get(name, name) for name in self._features()))

    def takes(self) -> tuple[str, ...]:
        """The names that `by_attributes` knows."""
        return tuple(self._recoder.names) if self._recoder else NUMERIC

    def kinds(self) -> dict[str, str]:
        """The kind of each name that `takes` gives: number, category, ordered, date, yes_no, id, text."""
        if self._recoder is None:
            return dict.fromkeys(NUMERIC, "number")
        return {name: self._recoder.attributes[own].kind for name, own in self._recoder.names.items()}

    def _said(self) -> list[str | None]:
        from regulars.people_analysis import said_by

        people = self.study.people
        return said_by(people.attributes) if people and self.named else [None, None, None]

    def _clustered(self, columns: Mapping[str, "NDArray[Any]"], count: int) -> tuple["NDArray[Any]", Message | None]:
        import numpy as np

        from regulars.segments.assign import assign_many, assign_mixed

        clusters, nobody = self.study.clusters, np.zeros(count, dtype=int)
        if clusters.k == 1:
            return np.ones(count, dtype=int), None
        if missing := [name for name in self._features() if name not in columns]:
            return nobody, Message("api.reasons.features", {"missing": ", ".join(missing)})
        if self.model is not None:
            return assign_many(self.model, np.column_stack([columns[name] for name in self.model.features])), None
        if clusters.mixed is not None:
            return assign_mixed(clusters.mixed, columns), None
        return nobody, Message("api.reasons.words")  # of a version that kept no model of words

    def _features(self) -> tuple[str, ...]:
        """The columns that a cluster is told by."""
        if self.study.clusters.mixed is not None:
            return (*self.study.clusters.mixed.numbers.features, *self.study.clusters.mixed.words)
        return self.model.features if self.model else ()


def _typical(study: Study) -> float | None:
    """What the study's middle customer spent, near enough: the median of the segment that they are in."""
    groups = study.segments or study.cluster_profiles
    ranked = sorted((g.median.monetary, g.customers) for g in groups if g.median.monetary is not None)
    left = sum(customers for _, customers in ranked) / 2
    for monetary, customers in ranked:
        if (left := left - customers) <= 0:
            return monetary if monetary > 0 else None
    return None


def _recoder(study: Study) -> "Recoder | None":
    from regulars.segments.recoded import Recoder

    people = study.people
    return Recoder(people.attributes, study.settings, people.customers, study.as_of) if people else None


def _rounded(values: "NDArray[Any]", units: int = _UNITS) -> "NDArray[Any]":
    """Rounded as a cast to a decimal rounds: halves away from zero."""
    import numpy as np

    return np.asarray(np.copysign(np.floor(np.abs(values) * units + 0.5) / units, values))


def _measures(
    orders: Orders, keep: "NDArray[Any]", customers: int, day: date, by_lines: bool
) -> dict[str, "NDArray[Any]"]:
    """The sums of `features/measures`. Money is summed in whole units: the same to the last digit in any order."""
    import numpy as np

    who, days = orders.customer[keep], orders.day[keep].astype("datetime64[D]").astype(np.int64)
    amount, lines = orders.amount[keep], np.bincount(orders.customer[keep], orders.lines[keep], customers)
    known, end = ~np.isnan(amount), int(np.datetime64(day).astype(np.int64))
    counts = (amount > 0) | ~known
    units = np.round(np.where(known, amount, 0) * _UNITS).astype(np.int64)
    net, sold = np.zeros(customers, np.int64), np.zeros(customers, np.int64)
    np.add.at(net, who, units)
    np.add.at(sold, who, np.maximum(units, 0))
    none = np.bincount(who, minlength=customers) == 0
    placed = np.bincount(who[counts], minlength=customers).astype(float)
    first, last = _ends(who, days, counts, customers)
    valued = np.bincount(who[known], minlength=customers) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "recency_days": np.where(none, np.nan, np.maximum(end - last, 0)),
            "orders": np.where(none, np.nan, lines if by_lines else placed),
            "monetary": np.where(valued, net / _UNITS, np.nan),
            "tenure_days": np.where(none, np.nan, end - first),
            "avg_order_value": np.where(valued & (placed > 0), _rounded(net / _UNITS / placed), np.nan),
            "return_share": np.where(sold > 0, (sold - net) / _UNITS / (sold / _UNITS), np.nan),
            "days_between": np.where(placed > 1, (last - first) / (placed - 1), np.nan),
            "lines": np.where(none, np.nan, lines),
            "sales_amount": np.where(valued, sold / _UNITS, np.nan),
            "returns_amount": np.where(valued, (sold - net) / _UNITS, np.nan),
        }


def _ends(
    who: "NDArray[Any]", days: "NDArray[Any]", counts: "NDArray[Any]", customers: int
) -> "tuple[NDArray[Any], NDArray[Any]]":
    """The first and the last day of the orders that count, of all where none does."""
    import numpy as np

    far = np.iinfo(np.int64).max
    ends = []
    for rows in (counts, slice(None)):
        first, last = np.full(customers, far), np.full(customers, -far)
        np.minimum.at(first, who[rows], days[rows])
        np.maximum.at(last, who[rows], days[rows])
        ends.append((first, last))
    (first, last), (any_first, any_last) = ends
    return np.where(first == far, any_first, first), np.where(last == -far, any_last, last)
