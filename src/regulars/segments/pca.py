"""The map of the clusters: the two directions in which the customers differ most (principal components)."""

from typing import TYPE_CHECKING, Any

from regulars.segments.models import MapPoint, PcaMap

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAP_SAMPLE = 5_000


def pca_map(points: "NDArray[Any]", clusters: "NDArray[Any]") -> PcaMap | None:
    """The first points (they are in random order) on the first two axes; None where there is one feature only.

    The sign of an axis is arbitrary: it is chosen so that the largest loading is positive.
    """
    import numpy as np

    if points.shape[1] < 2:
        return None
    middle = points.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(points, rowvar=False, bias=True))
    values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
    axes = vectors[:, :2] * np.sign(vectors[np.abs(vectors).argmax(axis=0), range(vectors.shape[1])])[:2]
    total = values.sum() or 1.0
    places = ((points[:MAP_SAMPLE] - middle) @ axes).round(4)
    return PcaMap(
        points=tuple(
            MapPoint(float(x), float(y), int(cluster))
            for (x, y), cluster in zip(places, clusters[:MAP_SAMPLE], strict=True)
        ),
        explained=(float(values[0] / total), float(values[1] / total)),
        loadings=tuple((float(a), float(b)) for a, b in axes),
    )
