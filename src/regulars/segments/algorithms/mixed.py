"""Customers described by numbers and by words: k-prototypes, and medoids by Gower's distance."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from regulars.errors import InputError
from regulars.segments.algorithms.contract import drawn
from regulars.segments.algorithms.kmedoids import BLOCK, best_medoids

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

STEPS = 100


@dataclass(frozen=True, slots=True)
class Mixed:
    """Customers by numeric and ordered columns (`values`: ranks for ordered ones) and by nominal ones (`nominal`).

    Both of shape (customers, columns); either may have no columns. An unknown value is NaN in `values`, -1 in
    `nominal`, whose codes count from 0.
    """

    values: "NDArray[Any]"
    nominal: "NDArray[Any]"

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: "NDArray[Any]") -> "Mixed":
        """The customers of these rows."""
        return Mixed(self.values[rows], self.nominal[rows])


@dataclass(frozen=True, slots=True)
class Columns:
    """How far two customers can be, and usually are, apart in each column."""

    spans: "NDArray[Any]"  # largest minus least value of each numeric column; 1 where all are equal
    usual: "NDArray[Any]"  # mean difference of two customers in each column, numeric ones first, 0 to 1


def columns_of(X: Mixed) -> Columns:
    """The columns of these customers, by the values that are known."""
    import numpy as np

    spans, usual = [], []
    for column in X.values.T:
        known = np.sort(column[~np.isnan(column)])
        span = float(known[-1] - known[0]) if len(known) > 1 and known[-1] > known[0] else 1.0
        ranks = 2 * np.arange(1, len(known) + 1) - len(known) - 1
        spans.append(span)
        usual.append(2 * float(ranks @ known) / len(known) ** 2 / span if len(known) else 0.0)  # Gini's mean difference
    for codes in X.nominal.T:
        shares = np.bincount(codes[codes >= 0]) / max(int((codes >= 0).sum()), 1)
        usual.append(1 - float((shares**2).sum()) if len(shares) else 0.0)
    return Columns(np.array(spans), np.array(usual))


def gower(one: Mixed, other: Mixed, columns: Columns) -> "NDArray[Any]":
    """Gower's distance (1971), of shape (one, other), from 0 to 1: the mean over the columns.

    A number counts |a - b| / its span, at most 1; a word 0 or 1. Where one of two values is unknown Gower passes over
    the column. That makes a customer of whom little is known the nearest to everybody, and so a medoid: here the column
    counts its usual difference.
    """
    import numpy as np

    total = np.zeros((len(one), len(other)))
    numeric, words = np.split(columns.usual, [len(columns.spans)])
    for a, b, span, usual in zip(one.values.T, other.values.T, columns.spans, numeric, strict=True):
        apart = np.minimum(np.abs(a[:, None] - b) / span, 1)
        total += np.where(np.isnan(apart), usual, apart)
    for a, b, usual in zip(one.nominal.T, other.nominal.T, words, strict=True):
        total += np.where((a >= 0)[:, None] & (b >= 0), a[:, None] != b, usual)
    return total / len(columns.usual)


@dataclass
class GowerMedoids:
    """k-medoids by Gower's distance: every column counts alike, whatever its kind.

    All distances are in memory: 200 MB for 5,000 customers.
    """

    n_clusters: int = 4
    n_init: int | None = None  # None: by the number of rows
    max_samples: int = 5_000
    random_state: int = 0
    medoid_indices_: "NDArray[Any]" = field(init=False, repr=False)  # rows of X
    medoids_: Mixed = field(init=False, repr=False)
    columns_: Columns = field(init=False, repr=False)
    inertia_: float = field(init=False, repr=False)
    labels_: "NDArray[Any]" = field(init=False, repr=False)
    n_clusters_: int = field(init=False, repr=False)

    def fit(self, X: Mixed) -> Self:
        """Learns the medoids of at most `max_samples` rows."""
        import numpy as np

        _check(X)
        rows = drawn(len(X), self.max_samples, self.random_state)
        learned = X.take(rows)
        self.columns_ = columns_of(learned)
        blocks = np.array_split(np.arange(len(rows)), len(rows) // BLOCK + 1)
        distances = np.vstack([gower(learned.take(block), learned, self.columns_) for block in blocks])
        found = best_medoids(lambda at: distances[at], len(rows), self.n_clusters, self.random_state, self.n_init)
        used = np.unique(found.labels)  # two who are alike and of whom something is unknown may both be medoids
        self.medoid_indices_, self.inertia_ = rows[found.indices[used]], found.loss
        self.medoids_, self.n_clusters_ = X.take(self.medoid_indices_), len(used)
        self.labels_ = self.predict(X)
        return self

    def predict(self, X: Mixed) -> "NDArray[Any]":
        """The nearest medoid of each row."""
        import numpy as np

        return np.asarray(gower(X, self.medoids_, self.columns_).argmin(axis=1))


@dataclass
class KPrototypes:
    """Groups around means of the numbers and the most frequent words (Huang 1998, k-prototypes).

    The distance is the squared Euclidean one of the numbers plus `gamma` for each word that differs; without `gamma` it
    is half the mean standard deviation of the numbers, or 1 where there are none. Give the numbers on one scale.
    Unknown values are passed over.
    """

    n_clusters: int = 4
    gamma: float | None = None
    n_init: int = 5
    max_samples: int = 50_000
    random_state: int = 0
    gamma_: float = field(init=False, repr=False)
    prototypes_: Mixed = field(init=False, repr=False)
    inertia_: float = field(init=False, repr=False)
    labels_: "NDArray[Any]" = field(init=False, repr=False)
    n_clusters_: int = field(init=False, repr=False)

    def fit(self, X: Mixed) -> Self:
        """Learns the prototypes of at most `max_samples` rows."""
        import numpy as np

        _check(X)
        learned = X.take(drawn(len(X), self.max_samples, self.random_state))
        self.gamma_ = self.gamma if self.gamma is not None else _half_deviation(learned.values)
        rng = np.random.default_rng(self.random_state)
        runs = [self._run(learned, rng) for _ in range(self.n_init)]
        self.prototypes_, self.inertia_ = min(runs, key=lambda run: run[1])
        self.n_clusters_ = len(self.prototypes_)
        self.labels_ = self.predict(X)
        return self

    def predict(self, X: Mixed) -> "NDArray[Any]":
        """The nearest prototype of each row."""
        import numpy as np

        return np.asarray(_unlike(X, self.prototypes_, self.gamma_).argmin(axis=1))

    def _run(self, X: Mixed, rng: "Generator") -> tuple[Mixed, float]:
        """Assign, take means and modes, again, until nobody moves; the prototypes and the sum of distances to them."""
        import numpy as np

        prototypes, before = _starts(X, self.n_clusters, self.gamma_, rng), np.inf
        for _ in range(STEPS):
            distances = _unlike(X, prototypes, self.gamma_)
            loss = float(distances.min(axis=1).sum())
            if loss >= before:
                break
            before = loss
            # a prototype that nobody is nearest to any more is dropped
            labels = np.unique(distances.argmin(axis=1), return_inverse=True)[1]
            prototypes = _prototypes(X, labels)
        return prototypes, float(_unlike(X, prototypes, self.gamma_).min(axis=1).sum())


def _unlike(X: Mixed, prototypes: Mixed, gamma: float) -> "NDArray[Any]":
    """Huang 1998: squared differences of the numbers plus gamma times the number of words that differ."""
    import numpy as np

    total = np.zeros((len(X), len(prototypes)))
    for a, b in zip(X.values.T, prototypes.values.T, strict=True):
        total += np.nan_to_num((a[:, None] - b) ** 2)
    for a, b in zip(X.nominal.T, prototypes.nominal.T, strict=True):
        total += gamma * ((a[:, None] != b) & (a >= 0)[:, None] & (b >= 0))
    return total


def _prototypes(X: Mixed, labels: "NDArray[Any]") -> Mixed:
    """The mean of each numeric and the mode of each nominal column per cluster; of equal modes the lower code."""
    import numpy as np

    k = int(labels.max()) + 1
    values, nominal = np.full((k, X.values.shape[1]), np.nan), np.full((k, X.nominal.shape[1]), -1)
    for j, column in enumerate(X.values.T):
        known = ~np.isnan(column)
        counts = np.bincount(labels[known], minlength=k)
        sums = np.bincount(labels[known], weights=column[known], minlength=k)
        values[counts > 0, j] = sums[counts > 0] / counts[counts > 0]
    for j, codes in enumerate(X.nominal.T):
        known, levels = codes >= 0, int(codes.max(initial=0)) + 1
        counts = np.bincount(labels[known] * levels + codes[known], minlength=k * levels).reshape(k, levels)
        nominal[:, j] = np.where(counts.any(axis=1), counts.argmax(axis=1), -1)
    return Mixed(values, nominal)


def _starts(X: Mixed, k: int, gamma: float, rng: "Generator") -> Mixed:
    """Customers that lie apart (k-means++ by this distance); no two alike, so there may be fewer than k."""
    import numpy as np

    chosen = [int(rng.integers(len(X)))]
    near = _unlike(X, X.take(np.array(chosen)), gamma)[:, 0]
    while len(chosen) < k and near.max() > 0:
        reach = near.cumsum()
        chosen.append(int(np.searchsorted(reach, rng.random() * reach[-1], side="right")))
        near = np.minimum(near, _unlike(X, X.take(np.array(chosen[-1:])), gamma)[:, 0])
    return X.take(np.array(chosen))


def _half_deviation(values: "NDArray[Any]") -> float:
    import numpy as np

    known = [column[~np.isnan(column)] for column in values.T]
    spread = [float(np.std(column)) for column in known if len(column)]
    return sum(spread) / len(spread) / 2 or 1.0 if spread else 1.0


def _check(X: Mixed) -> None:
    import numpy as np

    if not len(X) or not (X.values.shape[1] + X.nominal.shape[1]) or len(X.nominal) != len(X.values):
        raise InputError("algorithm_empty", shape=f"{X.values.shape} + {X.nominal.shape}")
    bad = int(np.isinf(X.values).any(axis=1).sum())
    if bad:
        raise InputError("algorithm_not_finite", bad=bad, rows=len(X))
