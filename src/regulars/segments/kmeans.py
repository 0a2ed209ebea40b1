"""What is fitted: features scaled and capped, k-means on them, clusters in the order of their worth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from regulars.segments.assign import WIDE, transformed
from regulars.segments.models import ClusterModel
from regulars.segments.sample import Sample
from regulars.settings import Settings

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray


COMPARED = 5  # starts whose labels are kept
ROUGH = (1e-2, 1e-4)  # tolerances of fits that only test another


@dataclass(frozen=True, slots=True)
class Scaled:
    """The fitting sample on the scale where distances are taken, and how it came there."""

    points: "NDArray[Any]"  # of shape (customers, features): mean 0, standard deviation 1
    worth: "NDArray[Any]"
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    center: tuple[float, ...]
    scale: tuple[float, ...]
    outliers: int  # customers capped or left out of the fit


@dataclass(frozen=True, slots=True)
class Fit:
    """One k-means: the label of each point (0 to k - 1), the centroids and the sum of squared distances to them."""

    labels: "NDArray[Any]"
    centroids: "NDArray[Any]"
    inertia: float
    starts: tuple["NDArray[Any]", ...] = ()  # the labels that its first starts came to, each by itself


def scale(sample: Sample, settings: Settings) -> Scaled:
    """Transforms, treats outliers, and scales: by mean and population standard deviation, unless the settings differ.

    An outlier lies more than 1.5 times the interquartile range outside the quartiles of a transformed feature (Tukey
    1977). A feature whose quartiles are equal has none: capping it would make it constant.
    """
    import numpy as np

    if not sample.features:  # customers of whom only words are known
        return Scaled(sample.values, sample.worth, (), (), (), (), 0)
    values = np.clip(transformed(settings.transform, sample.features, sample.values), -WIDE, WIDE)
    width = values.shape[1]
    lower, upper = np.full(width, -WIDE), np.full(width, WIDE)
    fences = np.nanquantile(values, (0.25, 0.75), axis=0)
    reach = 1.5 * (fences[1] - fences[0])
    low, high = np.where(reach > 0, fences[0] - reach, -WIDE), np.where(reach > 0, fences[1] + reach, WIDE)
    outside = ((values < low) | (values > high)).any(axis=1) & (settings.outliers != "none")
    if settings.outliers == "cap_iqr":
        lower, upper = low, high
        values = np.clip(values, low, high)
    keep = ~outside if settings.outliers == "exclude_from_fit_iqr" else np.full(len(values), True)
    values = values[keep]
    center, spread = _middle(values, settings.scaling)
    spread = np.where(spread > 1e-9 * np.maximum(np.abs(center), 1e-3), spread, 1.0)  # a constant feature stays 0
    center, spread = _short(center), _short(spread)
    points = (values - center) / spread
    return Scaled(
        points=np.where(np.isnan(points), 0.0, points),
        worth=sample.worth[keep],
        lower=_floats(lower),
        upper=_floats(upper),
        center=_floats(center),
        scale=_floats(spread),
        outliers=int(outside.sum()),
    )


def _middle(values: "NDArray[Any]", scaling: str) -> tuple["NDArray[Any]", "NDArray[Any]"]:
    """Centre and spread of each feature. Robust: median and interquartile range; min-max: mean and range."""
    import numpy as np

    if scaling == "minmax":
        return np.nanmean(values, axis=0), np.nanmax(values, axis=0) - np.nanmin(values, axis=0)
    deviation = np.nanstd(values, axis=0)
    if scaling == "robust":
        low, middle, high = np.nanquantile(values, (0.25, 0.5, 0.75), axis=0)
        return middle, np.where(high > low, (high - low) / 1.349, deviation)  # 1.349: of a normal distribution
    return np.nanmean(values, axis=0), deviation


def kmeans(
    points: "NDArray[Any]",
    k: int,
    seed: int | Sequence[int],
    starts: int,
    tolerances: tuple[float, float] = (1e-3, 1e-6),
) -> Fit:
    """The best of several k-means, each from its own k-means++ centroids.

    `tolerances` end Lloyd's steps of the starts, and those of the best start, which goes on.
    With fewer than k distinct points some clusters stay empty. Ours and not scikit-learn's, since importing that costs
    as much as all the rest of learning (1 CPU second); a test compares the two.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    labels: list[NDArray[Any]] = []
    best = _lloyd(points, _plus_plus(points, k, rng), tolerances[0])
    labels.append(best.labels)
    for _ in range(starts - 1):
        fit = _lloyd(points, _plus_plus(points, k, rng), tolerances[0])
        best = fit if fit.inertia < best.inertia else best
        labels += [fit.labels] if len(labels) < COMPARED else []
    return replace(_lloyd(points, best.centroids, tolerances[1]), starts=tuple(labels))


def _plus_plus(points: "NDArray[Any]", k: int, rng: "Generator") -> "NDArray[Any]":
    """Greedy k-means++ (Arthur & Vassilvitskii 2007): of some points drawn by their squared distance, the best."""
    import numpy as np
    from scipy.spatial.distance import cdist

    chosen = [int(rng.integers(len(points)))]
    nearest = cdist(points[chosen], points, "sqeuclidean")[0]
    while len(chosen) < k:
        reach = nearest.cumsum()
        drawn = np.searchsorted(reach, rng.random(2 + int(np.log(k))) * reach[-1], side="right")
        drawn = np.minimum(drawn, len(points) - 1)  # past the end where all points coincide with chosen ones
        candidates = np.minimum(cdist(points[drawn], points, "sqeuclidean"), nearest)
        best = int(candidates.sum(axis=1).argmin())
        chosen.append(int(drawn[best]))
        nearest = candidates[best]
    return points[chosen]


def ordered(fit: Fit, worth: "NDArray[Any]") -> Fit:
    """The fit with its clusters by the mean worth of their customers, highest first."""
    import numpy as np

    k = len(fit.centroids)
    counts = np.bincount(fit.labels, minlength=k)
    means = np.bincount(fit.labels, weights=np.nan_to_num(worth), minlength=k) / np.maximum(counts, 1)
    order = sorted(range(k), key=lambda i: (-means[i], tuple(fit.centroids[i])))
    return replace(fit, labels=np.argsort(order)[fit.labels], centroids=fit.centroids[order])


def _lloyd(points: "NDArray[Any]", centroids: "NDArray[Any]", tolerance: float) -> Fit:
    """Lloyd's steps until one of them lowers the inertia by no more than the tolerated share.

    An empty cluster takes the point that lies farthest from its centroid.
    """
    import numpy as np
    from scipy.cluster.vq import vq

    k, before = len(centroids), np.inf
    while True:
        labels, distances = vq(points, centroids, check_finite=False)
        inertia = float(distances @ distances)
        if before - inertia <= tolerance * inertia:
            return Fit(labels, centroids, inertia)
        before = inertia
        for empty in np.flatnonzero(np.bincount(labels, minlength=k) == 0):
            farthest = int(distances.argmax())
            labels[farthest], distances[farthest] = empty, 0
        sizes = np.bincount(labels, minlength=k)[:, None]
        sums = np.column_stack([np.bincount(labels, weights=column, minlength=k) for column in points.T])
        centroids = np.where(sizes > 0, sums / np.maximum(sizes, 1), centroids)  # too few kinds of points for all


def model_of(fit: Fit, scaled: Scaled, sample: Sample, settings: Settings) -> ClusterModel:
    """The model as a small document: clusters numbered by the mean worth of their customers, highest first."""
    fit = ordered(fit, scaled.worth)
    return ClusterModel(
        features=sample.features,
        transform=settings.transform,
        lower=scaled.lower,
        upper=scaled.upper,
        center=scaled.center,
        scale=scaled.scale,
        centroids=tuple(_floats(_short(centroid)) for centroid in fit.centroids),
        seed=settings.seed,
    )


def _short(numbers: "NDArray[Any]") -> "NDArray[Any]":
    """Ten significant digits: the last bits of a sum differ by engine and machine, and no label hangs on them."""
    import numpy as np

    return np.array([float(f"{number:.10g}") for number in numbers])


def _floats(numbers: "NDArray[Any]") -> tuple[float, ...]:
    return tuple(float(number) for number in numbers)
