"""From the customers of a request to arrays, to the frozen model, and back to JSON."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from regulars.errors import InputError
from regulars.locale import Words
from regulars.scoring import Card, Orders, Placed, Scorer
from regulars.web.api.bodies import CustomerIn, Encoded, ScoreRequest, Scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_FORMS = 50  # different sets of attributes in one request
_json = msgspec.json.Encoder()
_NULL = msgspec.Raw(b"null")


class Answers:
    """The scorer of a study with its words: what is said of a customer is encoded once for each group."""

    def __init__(self, scorer: Scorer, say: Words) -> None:
        self.scorer = scorer
        segments, clusters = scorer.cards()
        self._segments = [self._told(card, say) for card in segments]
        self._clusters = [self._told(card, say) for card in clusters]
        self._say = say
        self._study = _raw(scorer.study.folder)
        self._scores: dict[tuple[int, ...], msgspec.Raw] = {}

    def answer(self, asked: ScoreRequest) -> bytes:
        """The JSON answer. Raises UsageError and InputError for what cannot be scored."""
        customers = asked.customers
        forms = _forms(customers)
        if len(forms) > MOST_FORMS:
            raise InputError("score_forms", forms=len(forms), most=MOST_FORMS)
        if len(forms) == 1:
            told = self._rows(customers, self._placed(customers, asked.as_of))
        else:
            told = [_NOBODY] * len(customers)
            for places in forms.values():
                some = [customers[place] for place in places]
                for place, row in zip(places, self._rows(some, self._placed(some, asked.as_of)), strict=True):
                    told[place] = row
        return _json.encode({"study": self._study, "customers": told})

    def _told(self, card: Card, say: Words) -> tuple[msgspec.Raw, msgspec.Raw, msgspec.Raw]:
        actions = [{"key": action.name, "title": action.title(say)} for action in card.actions]
        return _raw(card.name), _raw(card.persona(say)), _raw(actions)

    def _rows(self, customers: Sequence[CustomerIn], placed: Placed) -> list[Encoded]:
        reason = _raw(placed.reason.text(self._say)) if placed.reason else _NULL
        unplaced = _raw(self._say("api.reasons.measures"))
        nothing = (_NULL, _NULL, msgspec.Raw(b"[]"))
        rows = []
        each = zip(customers, placed.scores.tolist(), placed.segment.tolist(), placed.cluster.tolist(), strict=True)
        for customer, scores, segment, cluster in each:
            name, persona, actions = self._segments[segment] if segment >= 0 else nothing
            number, group = (_raw(cluster), self._clusters[cluster - 1][1]) if cluster else (_NULL, _NULL)
            why = unplaced if segment < 0 and self.scorer.named else _NULL if cluster else reason
            rows.append(
                Encoded(
                    str(customer.customer_id), self._scored(scores), name, number, persona, actions, group, why
                )
            )  # fmt: skip
        return rows

    def _scored(self, scores: list[int]) -> msgspec.Raw:
        key = tuple(scores)
        if key not in self._scores:
            self._scores[key] = _raw(Scores(*key)) if key[0] else _NULL
        return self._scores[key]

    def _placed(self, customers: Sequence[CustomerIn], as_of: date | None) -> Placed:
        """Where customers of one form stand."""
        first = customers[0]
        further: dict[str, list[Any]] = {}
        if first.attributes is not UNSET:
            further = {name: [c.attributes[name] for c in customers] for name in first.attributes}  # type: ignore[index]
            if self.scorer.by_table:
                return self.scorer.by_attributes(further, len(customers))
        if first.history is not UNSET:
            measures = self.scorer.measures(_orders(customers), len(customers), as_of)
        else:
            measures = self._measures(customers)
        return self.scorer.by_measures({**self.scorer.features(further), **measures})

    def _measures(self, customers: Sequence[CustomerIn]) -> "dict[str, NDArray[Any]]":
        import numpy as np

        needed = ["recency_days", "orders"] + (["monetary"] if self.scorer.has_amounts else [])
        first = customers[0]
        if missing := [name for name in needed if getattr(first, name) is UNSET]:
            raise InputError("score_missing", customer=str(first.customer_id), missing=", ".join(missing))
        held = [name for name in ("recency_days", "orders", "monetary") if getattr(first, name) is not UNSET]
        return {
            name: np.array([np.nan if (v := getattr(c, name)) is None else v for c in customers], dtype=float)
            for name in held
        }


_NOBODY = Encoded("", *[_NULL] * 7)


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(_json.encode(value))


def _forms(customers: Sequence[CustomerIn]) -> dict[Any, list[int]]:
    """The places of the customers by what is said of them."""
    forms: dict[Any, list[int]] = {}
    for place, one in enumerate(customers):
        names = frozenset(one.attributes) if one.attributes is not UNSET else None
        measures = (one.recency_days is UNSET, one.orders is UNSET, one.monetary is UNSET)
        form = (names, one.history is UNSET, measures)
        forms.setdefault(form, []).append(place)
    return forms


def _orders(customers: Sequence[CustomerIn]) -> Orders:
    import numpy as np

    whose = [(i, order) for i, one in enumerate(customers) for order in one.history or ()]
    return Orders(
        np.array([i for i, _ in whose], dtype=int),
        np.array([order.date for _, order in whose], dtype="datetime64[D]"),
        np.array([np.nan if order.amount is None else order.amount for _, order in whose], dtype=float),
        np.array([order.lines for _, order in whose], dtype=float),
    )
