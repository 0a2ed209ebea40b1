"""A mixture of bell curves: every customer belongs to every group with a probability (soft membership)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from regulars.segments.algorithms.contract import checked, drawn, renumbered

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The least variance of a bell curve, on features of variance 1. Without it one that stands on a single value (all who
# ordered once) grows without bounds, and so does the likelihood.
FLOOR = 0.01


@dataclass
class Mixture:
    """Gaussian mixture with full covariances, by expectation-maximisation (Dempster, Laird & Rubin 1977).

    Without `n_clusters` the number from 1 to `most` with the least BIC (Schwarz 1978) is taken.
    """

    n_clusters: int | None = None
    most: int = 9
    n_init: int = 2
    max_samples: int = 20_000
    random_state: int = 0
    bic_: dict[int, float] = field(init=False, repr=False)  # number of bell curves -> BIC, less is better
    labels_: "NDArray[Any]" = field(init=False, repr=False)
    n_clusters_: int = field(init=False, repr=False)
    _model: Any = field(init=False, repr=False)
    _known: "NDArray[Any]" = field(init=False, repr=False)  # bell curves that are somebody's most probable one

    def fit(self, X: "NDArray[Any]") -> Self:
        """Learns the bell curves of at most `max_samples` rows."""
        import numpy as np
        from sklearn.mixture import GaussianMixture  # noqa: F401 - first: the limit holds for what is loaded already
        from threadpoolctl import threadpool_limits

        points = checked(X)
        learned = points[drawn(len(points), self.max_samples, self.random_state)]
        distinct = len(np.unique(learned, axis=0))
        learned = np.repeat(learned, 2, axis=0) if len(learned) == 1 else learned  # one alone has no variance
        wanted = [self.n_clusters] if self.n_clusters else range(1, self.most + 1)
        ks = sorted({min(k, distinct) for k in wanted})
        with threadpool_limits(1):
            models = [self._fitted(learned, k) for k in ks]
            self.bic_ = {k: float(model.bic(learned)) for k, model in zip(ks, models, strict=True)}
            self._model = models[ks.index(min(ks, key=lambda k: self.bic_[k]))]
            likeliest = self._model.predict(points)
        self._known = np.unique(likeliest)
        self.labels_, self.n_clusters_ = renumbered(likeliest), len(self._known)
        return self

    def predict(self, X: "NDArray[Any]") -> "NDArray[Any]":
        """The most probable group of each row."""
        import numpy as np

        return np.asarray(self.predict_proba(X).argmax(axis=1))

    def predict_proba(self, X: "NDArray[Any]") -> "NDArray[Any]":
        """The probability of each group, of shape (rows, groups); each row sums to 1."""
        import numpy as np
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            shares = self._model.predict_proba(checked(X))[:, self._known]
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def _fitted(self, learned: "NDArray[Any]", k: int) -> Any:
        import warnings

        from sklearn.exceptions import ConvergenceWarning
        from sklearn.mixture import GaussianMixture

        model = GaussianMixture(k, reg_covar=FLOOR, n_init=self.n_init, max_iter=200, random_state=self.random_state)
        with warnings.catch_warnings():  # what is not done after 200 steps moves by little
            warnings.simplefilter("ignore", ConvergenceWarning)
            return model.fit(learned)
