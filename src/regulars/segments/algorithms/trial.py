"""The evidence on one algorithm: how far its groups stand apart, beyond chance, and whether they come back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.segments.algorithms.contract import Algorithm
from regulars.segments.algorithms.mixture import Mixture
from regulars.segments.algorithms.models import Compared
from regulars.segments.choose import MARGIN, SMALLEST, STABLE
from regulars.segments.indices import calinski_harabasz, davies_bouldin, silhouettes, simplified_silhouette
from regulars.segments.null import null_draws
from regulars.segments.stability import bootstrap_jaccard

if TYPE_CHECKING:
    from numpy.typing import NDArray

Make = Callable[[int], Algorithm]  # a random state -> the algorithm, not yet fitted
SILHOUETTE_SAMPLE = 5_000
TRIAL = 1_500  # customers of a draw from the null, or from the customers
NULL_DRAWS, BOOTSTRAP_DRAWS = 5, 10
MOST_NOISE = 0.25  # an algorithm that passes over more is no answer for a shop
UNSURE = 0.8  # from this probability on a customer clearly belongs to a group


@dataclass(frozen=True, slots=True)
class Trial:
    """Customers in random order, and others like them but without groups, to try algorithms on."""

    points: "NDArray[Any]"
    null: tuple["NDArray[Any]", ...]
    seed: int

    def row(self, name: str, make: Make, model: Algorithm, cpu_seconds: float | None = None) -> Compared:
        """What there is to say about an algorithm; `model` is fitted to the points."""
        import numpy as np

        labels, noise = model.labels_, float(getattr(model, "noise_share_", 0.0))
        sizes = np.bincount(labels)
        more = {**_soft(model, self.points), "cpu_seconds": cpu_seconds}
        if len(sizes) < 2:
            return Compared(name, 1, noise, 1.0, fails=("one", *_too_noisy(noise)), **more)
        width, spread = silhouettes(self.points[:SILHOUETTE_SAMPLE], [labels[:SILHOUETTE_SAMPLE]])[0]
        null = [silhouettes(draw, [make(self.seed).fit(draw).labels_])[0][0] for draw in self.null]
        jaccard = self._jaccard(make, labels)
        smallest = float(sizes.min() / len(labels))
        beyond = width - np.mean(null)
        clear = beyond > MARGIN and beyond > 3 * np.hypot(spread, np.std(null, ddof=1))
        fails = (
            *(() if clear else ("null",)),
            *(() if min(jaccard) >= STABLE else ("jaccard",)),
            *(() if smallest >= SMALLEST else ("smallest",)),
            *_too_noisy(noise),
        )
        return Compared(
            name, len(sizes), noise, smallest, width, spread, float(np.mean(null)), float(np.std(null, ddof=1)),
            simplified_silhouette(self.points, labels), calinski_harabasz(self.points, labels),
            davies_bouldin(self.points, labels), jaccard, fails=fails, **more,
        )  # fmt: skip

    def _jaccard(self, make: Make, labels: "NDArray[Any]") -> tuple[float, ...]:
        def cluster(points: "NDArray[Any]", seed: Sequence[int]) -> "NDArray[Any]":
            return make(seed[-1]).fit(points).labels_

        return bootstrap_jaccard(self.points[:TRIAL], labels[:TRIAL], cluster, BOOTSTRAP_DRAWS, self.seed)


def trial_of(points: "NDArray[Any]", seed: int) -> Trial:
    """A trial on these points, which are in random order."""
    return Trial(points, tuple(null_draws(points, min(len(points), TRIAL), NULL_DRAWS, seed)), seed)


def _soft(model: Algorithm, points: "NDArray[Any]") -> dict[str, Any]:
    """What only a mixture says: the number that BIC names, and who stands between groups."""
    if not isinstance(model, Mixture):
        return {}
    best = model.predict_proba(points).max(axis=1)
    named = Mixture(random_state=model.random_state).fit(points[:SILHOUETTE_SAMPLE])
    return {"own_k": min(named.bic_, key=lambda k: named.bic_[k]), "unsure_share": float((best < UNSURE).mean())}


def _too_noisy(share: float) -> tuple[str, ...]:
    return ("noise",) if share > MOST_NOISE else ()
