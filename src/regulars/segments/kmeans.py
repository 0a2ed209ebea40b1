"""What is fitted: features scaled and capped, k-means on them, clusters in the order of their worth."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.segments.assign import WIDE, transformed
from regulars.segments.models import ClusterModel
from regulars.segments.sample import Sample
from regulars.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


def scale(sample: Sample, settings: Settings) -> Scaled:
    """Transforms, treats outliers, and scales by mean and population standard deviation.

    An outlier lies more than 1.5 times the interquartile range outside the quartiles of a transformed feature (Tukey
    1977). A feature whose quartiles are equal has none: capping it would make it constant.
    """
    import numpy as np

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
    center = np.nanmean(values, axis=0)
    spread = np.nanstd(values, axis=0)
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


def kmeans(points: "NDArray[Any]", k: int, seed: int, starts: int) -> Fit:
    """Lloyd's k-means from the best of several k-means++ starts (Arthur & Vassilvitskii 2007)."""
    from sklearn.cluster import KMeans

    fit = KMeans(k, n_init=starts, random_state=seed).fit(points)
    return Fit(fit.labels_, fit.cluster_centers_, float(fit.inertia_))


def model_of(fit: Fit, scaled: Scaled, sample: Sample, settings: Settings) -> ClusterModel:
    """The model as a small document: clusters numbered by the mean worth of their customers, highest first."""
    import numpy as np

    worth = np.nan_to_num(scaled.worth)
    counts = np.bincount(fit.labels, minlength=len(fit.centroids))
    means = np.bincount(fit.labels, weights=worth, minlength=len(fit.centroids)) / np.maximum(counts, 1)
    order = sorted(range(len(means)), key=lambda i: (-means[i], tuple(fit.centroids[i])))
    return ClusterModel(
        features=sample.features,
        transform=settings.transform,
        lower=scaled.lower,
        upper=scaled.upper,
        center=scaled.center,
        scale=scaled.scale,
        centroids=tuple(_floats(_short(fit.centroids[i])) for i in order),
        seed=settings.seed,
    )


def _short(numbers: "NDArray[Any]") -> "NDArray[Any]":
    """Ten significant digits: the last bits of a sum differ by engine and machine, and no label hangs on them."""
    import numpy as np

    return np.array([float(f"{number:.10g}") for number in numbers])


def _floats(numbers: "NDArray[Any]") -> tuple[float, ...]:
    return tuple(float(number) for number in numbers)
