"""From customers as JSON names them to arrays, to the frozen model, and back to JSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from regulars.errors import InputError
from regulars.locale import Message, Words, words
from regulars.publish import NO_ORDERS
from regulars.quality import Finding
from regulars.scoring.bodies import CustomerIn, Encoded, ScoreRequest, Scores
from regulars.scoring.model import Card, Orders, Placed, Scorer
from regulars.segments.named import MEASURES

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_FORMS = 50  # different sets of attributes in one request
_CENT = 0.01  # money that differs by less is the same
_json = msgspec.json.Encoder()
_NULL = msgspec.Raw(b"null")


class Answers:
    """The scorer of a study with its words: what is said of a customer is encoded once for each group."""

    def __init__(self, scorer: Scorer, say: Words) -> None:
        self.scorer = scorer
        segments, clusters = scorer.cards()
        self._segments = [self._told(card, say) for card in segments]
        self._clusters = [self._told(card, say) for card in clusters]
        self._empty = {place for place, card in enumerate(segments) if card.known is None}
        self._say = say
        self._study = _raw(scorer.study.folder)
        self._scores: dict[tuple[int, ...], msgspec.Raw] = {}

    def answer(self, asked: ScoreRequest) -> bytes:
        """The JSON answer. Raises UsageError and InputError for what cannot be scored."""
        told, notes = [_NOBODY] * len(asked.customers), dict[str, Message]()
        for places, ids, placed in self._parts(asked):
            rows = self.rows(ids, placed)
            if placed.note:
                notes.setdefault(placed.note.key, placed.note)
            if len(rows) == len(told):
                return self.document(rows, notes.values())
            for place, row in zip(places, rows, strict=True):
                told[place] = row
        return self.document(told, notes.values())

    def placed_of(self, asked: ScoreRequest) -> "Scored":
        """The customers of a request as arrays. Raises as `answer`."""
        import numpy as np

        count = len(asked.customers)
        scores, segment, cluster = np.zeros((count, 3), int), np.full(count, -1), np.zeros(count, int)
        reason, note = None, None
        for places, _, placed in self._parts(asked):
            scores[places], segment[places], cluster[places] = placed.scores, placed.segment, placed.cluster
            reason, note = reason or placed.reason, note or placed.note
        return Scored(_ids(asked.customers), Placed(scores, segment, cluster, reason, note), asked.as_of)

    def _parts(self, asked: ScoreRequest) -> Iterator[tuple[list[int], list[str], Placed]]:
        """The customers by the form in which they are described: their places, ids, and where they stand."""
        forms = _forms(asked.customers)
        if len(forms) > MOST_FORMS:
            raise InputError("score_forms", forms=len(forms), most=MOST_FORMS)
        for places in forms.values():
            some = [asked.customers[place] for place in places]
            yield places, _ids(some), self._placed(some, asked.as_of)

    def document(self, told: Sequence[Encoded], notes: Iterable[Message] = ()) -> bytes:
        """The JSON document of customers that were placed, and what looks wrong with them all."""
        said = [note.text(self._say) for note in notes]
        return _json.encode({"study": self._study, "customers": told, "notes": said})

    def _told(self, card: Card, say: Words) -> tuple[msgspec.Raw, msgspec.Raw, msgspec.Raw, msgspec.Raw]:
        """Name, persona, its key and actions."""
        actions = [{"key": action.name, "title": action.title(say)} for action in card.actions]
        return _raw(card.name), _raw(card.persona(say)), _raw(card.persona_key), _raw(actions)

    def rows(self, ids: Sequence[str], placed: Placed) -> list[Encoded]:
        """Each customer with what is said of them."""
        nothing = (_NULL, _NULL, _NULL, msgspec.Raw(b"[]"))
        rows, whys = [], dict[tuple[int, bool], msgspec.Raw]()
        each = zip(ids, placed.scores.tolist(), placed.segment.tolist(), placed.cluster.tolist(), strict=True)
        for id_, scores, segment, cluster in each:
            name, persona, key, actions = self._segments[segment] if segment >= 0 else nothing
            number, group = (_raw(cluster), self._clusters[cluster - 1]) if cluster else (_NULL, nothing)
            case = (segment, cluster > 0)
            if case not in whys:
                whys[case] = _raw(self._why(*case, placed.reason))
            placing = (self._scored(scores), name, number, persona, key, actions, group[1], group[2])
            rows.append(Encoded(id_, *placing, whys[case]))
        return rows

    def _why(self, segment: int, clustered: bool, reason: Message | None) -> str | None:
        """Why something is not known of who stands there; None: all is."""
        if segment < 0:
            return self._say("api.reasons.measures") if self.scorer.named or not reason else reason.text(self._say)
        if self.scorer.segments[segment] == NO_ORDERS:
            return self._say("api.reasons.never")
        told = [] if clustered or reason is None else [reason.text(self._say)]
        if segment in self._empty:
            told.append(self._say("api.reasons.empty_segment"))
        return " ".join(told) or None

    def columns(self, scored: "Scored") -> tuple[dict[str, str], dict[str, Any]]:
        """The customers as the columns of the study's list of customers, in English: their types, and arrays."""
        import numpy as np

        placed, english = scored.placed, words("en")
        segments, clusters = self.scorer.cards()

        def named(cards: Sequence[Card], at: "NDArray[Any]", say: Callable[[Card], Any]) -> "NDArray[Any]":
            names = [*(say(card) for card in cards), None]
            return np.array([names[place] for place in at.tolist()], dtype=object)

        def first(card: Card) -> str | None:
            return card.actions[0].title(english) if card.actions else None

        def key(card: Card) -> str | None:
            return card.actions[0].name if card.actions else None

        columns: dict[str, Any] = {"place": np.arange(len(scored.ids)), "customer_id": np.array(scored.ids, object)}
        columns |= {name: _known(part) for name, part in zip("rfm", placed.scores.T, strict=True)}
        columns |= {"segment": named(segments, placed.segment, lambda card: card.name)}
        columns |= {"cluster": _known(placed.cluster)}
        groups = (("", segments, placed.segment), ("cluster_", clusters, placed.cluster - 1))
        for prefix, cards, at in groups:
            columns[f"{prefix}persona"] = named(cards, at, lambda card: card.persona(english))
            columns[f"{prefix}action"] = named(cards, at, first)
            columns[f"{prefix}persona_key"] = named(cards, at, lambda card: card.persona_key)
            columns[f"{prefix}action_key"] = named(cards, at, key)
        numbers = {"place": "BIGINT", "cluster": "INTEGER", **dict.fromkeys("rfm", "TINYINT")}
        return {name: numbers.get(name, "VARCHAR") for name in columns}, columns

    def _scored(self, scores: list[int]) -> msgspec.Raw:
        key = tuple(scores)
        if key not in self._scores:
            self._scores[key] = _raw(Scores(*key)) if key[0] else _NULL
        return self._scores[key]

    def _placed(self, customers: Sequence[CustomerIn], as_of: date | None) -> Placed:
        """Where customers of one form stand."""
        first = customers[0]
        further: dict[str, list[Any]] = {}
        if first.attributes:
            further = {name: [c.attributes[name] for c in customers] for name in first.attributes}  # type: ignore[index]
            if self.scorer.by_table:
                return self.scorer.by_attributes(further, len(customers))
        if _by_history(first):
            measures = self.scorer.measures(_orders(customers), len(customers), as_of)
            _agree(customers, measures)
        else:
            measures = self._measures(customers)
        return self.scorer.by_measures({**self.scorer.features(further), **measures})

    def _measures(self, customers: Sequence[CustomerIn]) -> "dict[str, NDArray[Any]]":
        import numpy as np

        needed = ["recency_days", "orders"] + (["monetary"] if self.scorer.has_amounts else [])
        first = customers[0]
        if missing := [name for name in needed if getattr(first, name) is UNSET]:
            raise InputError("score_missing", customer=str(first.customer_id), missing=", ".join(missing))
        held = [name for name in MEASURES if getattr(first, name) is not UNSET]
        return {
            name: np.array([np.nan if (v := getattr(c, name)) is None else v for c in customers], dtype=float)
            for name in held
        }


@dataclass(frozen=True, slots=True)
class Scored:
    """Customers in the order in which they were given, where they stand, and the day that recency is counted to.

    `findings`: what was given of them and cannot be, which counts as unknown. `currency`: what the file states where
    the study was told another.
    """

    ids: list[str]
    placed: Placed
    as_of: date | None
    findings: tuple[Finding, ...] = ()
    currency: str | None = None

    def notes(self, study: str | None) -> tuple[Message, ...]:
        """What looks wrong with all of them; `study` is the study's currency."""
        told = Message("api.notes.currency", {"here": self.currency, "study": study or "-"}) if self.currency else None
        return tuple(note for note in (told, self.placed.note) if note)


def _known(values: "NDArray[Any]") -> "NDArray[Any]":
    """Whole numbers; 0 is "not known"."""
    import numpy as np

    return np.array([value or None for value in values.tolist()], dtype=object)


_NOBODY = Encoded("", *[_NULL] * 9)


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(_json.encode(value))


def _ids(customers: Sequence[CustomerIn]) -> list[str]:
    return [str(one.customer_id) for one in customers]


def _forms(customers: Sequence[CustomerIn]) -> dict[Any, list[int]]:
    """The places of the customers by what is said of them."""
    forms: dict[Any, list[int]] = {}
    for place, one in enumerate(customers):
        names = frozenset(one.attributes) if one.attributes else None
        measures = (one.recency_days is UNSET, one.orders is UNSET, one.monetary is UNSET)
        form = (names, _by_history(one), measures)
        forms.setdefault(form, []).append(place)
    return forms


def _by_history(one: CustomerIn) -> bool:
    """Whether the orders themselves tell the measures: a list of none does only where no measure is given."""
    if one.history is UNSET or one.history is None:
        return False
    return bool(one.history) or not any(getattr(one, name) not in {UNSET, None} for name in MEASURES)


def _agree(customers: Sequence[CustomerIn], measures: "Mapping[str, NDArray[Any]]") -> None:
    """Refuses measures that are not those of the orders beside them. Raises InputError."""
    for name in MEASURES:
        for one, told in zip(customers, measures[name].tolist(), strict=True):
            given = getattr(one, name)
            if given is UNSET or given is None or abs(given - told) < _CENT:
                continue
            values = {"customer": str(one.customer_id), "name": name, "given": f"{given:.12g}", "told": f"{told:.12g}"}
            raise InputError("score_unknown" if isnan(told) else "score_contradicts", **values)


def _orders(customers: Sequence[CustomerIn]) -> Orders:
    import numpy as np

    whose = [(i, order) for i, one in enumerate(customers) for order in one.history or ()]
    return Orders(
        np.array([i for i, _ in whose], dtype=int),
        np.array([order.date for _, order in whose], dtype="datetime64[D]"),
        np.array([np.nan if order.amount is None else order.amount for _, order in whose], dtype=float),
        np.array([order.lines for _, order in whose], dtype=float),
    )
