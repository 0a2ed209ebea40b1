"""The lists on later purchases: made from what was bought before a day, compared with what was bought since.

Hit rate and NDCG at ten places (Järvelin & Kekäläinen 2002); intervals after Wilson (1927) and by bootstrap over
customers, paired where two ways are compared.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.baskets.recommend_models import PLAIN, Check, Contender, List, Way
from regulars.engine import Engine
from regulars.rates import rate

if TYPE_CHECKING:
    from numpy.typing import NDArray

PLACES = 10
LEAST = 30  # customers with something to hit, below which nothing is said
RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class Tested:
    """The customers of a check, in the order of their draw: their hash, and how many products each list could hold."""

    who: "NDArray[Any]"
    again: "NDArray[Any]"
    new: "NDArray[Any]"

    def possible(self, which: List) -> "NDArray[Any]":
        """How many products that the customer did buy the list could hold."""
        return self.again if which == "again" else self.new


def tested(engine: Engine) -> Tested:
    """The customers of `next_drawn` with what they bought since."""
    import numpy as np

    found = engine.columns(
        "select t.c, t.again, t.new from next_tested t join next_drawn d on d.c = t.c order by d.draw, t.c"
    )
    return Tested(found["c"], np.asarray(found["again"], np.int64), np.asarray(found["new"], np.int64))


def hits(engine: Engine, shown: str, which: List, who: "NDArray[Any]") -> "NDArray[Any]":
    """Whether each customer bought what stands at each place of the list in table `shown`."""
    import numpy as np

    engine.make_from("next_shown", f"select c, p, place from {shown}")
    engine.make("baskets/next_hits", again=which == "again")
    found = engine.columns(f"select c, place from next_hits where place <= {PLACES}")
    seen = np.zeros((len(who), PLACES), bool)
    order = np.argsort(who, kind="stable")
    if len(found["c"]):
        rows = order[np.searchsorted(who[order], found["c"])]
        seen[rows, np.asarray(found["place"], np.int64) - 1] = True
    return seen


def checked(seen: "dict[Way, NDArray[Any]]", possible: "NDArray[Any]", seed: int) -> Check | None:
    """The contenders compared; None where fewer than 30 customers bought what a list could hold."""
    import numpy as np

    some = possible > 0
    if some.sum() < LEAST:
        return None
    gains = 1 / np.log2(np.arange(2, PLACES + 2))
    ideal = np.concatenate([[np.inf], np.cumsum(gains)])[np.minimum(possible, PLACES)]
    each = {way: ((found * gains).sum(1) / ideal)[some] for way, found in seen.items()}
    drawn = _drawn(np.array(list(each.values())), seed)
    contenders = []
    for way, low, high in zip(seen, *np.percentile(drawn, (2.5, 97.5), axis=1), strict=True):
        if hit := rate(int(seen[way].any(1).sum()), len(possible)):
            contenders.append(Contender(way, hit, float(each[way].mean()), float(low), float(high)))
    names = list(seen)
    ours = best([one for one in contenders if one.way not in PLAIN])
    plain = best([one for one in contenders if one.way in PLAIN])
    apart = drawn[names.index(ours.way)] - drawn[names.index(plain.way)]
    low, high = (float(value) for value in np.percentile(apart, (2.5, 97.5)))
    return Check(len(possible), int(some.sum()), tuple(contenders), ours.ndcg - plain.ndcg, low, high, low > 0)


def best(contenders: list[Contender]) -> Contender:
    """The one with the highest NDCG, ties by the order in which they are named."""
    return max(contenders, key=lambda one: one.ndcg)


def _drawn(values: "NDArray[Any]", seed: int) -> "NDArray[Any]":
    """Means of each row over customers drawn with replacement, the same ones for all rows."""
    import numpy as np

    rng = np.random.default_rng(seed)
    count = values.shape[1]
    means = np.empty((len(values), RESAMPLES))
    for i in range(RESAMPLES):
        means[:, i] = values[:, rng.integers(0, count, count)].mean(1)
    return means
