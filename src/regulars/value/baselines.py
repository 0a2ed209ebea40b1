"""What a model of buying must beat: the last period once more, the hiatus rule, and trees that learned from the past.

Wübben & Wangenheim (2008), Instant customer base analysis: managerial heuristics often "get it right", Journal of
Marketing 72(3), 82-93, found that simple rules often do as well as models; so every shop's data are asked.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TREES, _RATE, _LEAVES, _FEWEST = 150, 0.05, 8, 40
_SHARE = 0.9  # of the gaps between orders; who stays away longer has left


def last_period(recent: "NDArray[Any]", recent_days: int, days: int) -> "NDArray[Any]":
    """The repeat orders of the last `recent_days` happen once more, at the same pace."""
    return recent * (days / recent_days)


def patience(gaps: "NDArray[Any]", times: "NDArray[Any]", share: float = _SHARE) -> float:
    """The days within which 9 of 10 orders follow the one before: the limit of the hiatus rule. `times` counts each of
    the ascending `gaps`."""
    import numpy as np

    if not len(gaps):
        return 0.0
    return float(gaps[np.searchsorted(np.cumsum(times), share * times.sum())])


def hiatus(
    repeats: "NDArray[Any]", recency: "NDArray[Any]", age: "NDArray[Any]", days: int, limit: float
) -> "NDArray[Any]":
    """Who ordered within the last `limit` days goes on at their own pace, who did not has left. Times in days."""
    import numpy as np

    return np.where(age - recency <= limit, repeats / np.maximum(age, 1.0) * days, 0.0)


class Boosted:
    """Gradient-boosted trees (Poisson loss) on the same histories: what customers like this one did the last time.

    Learned from an earlier day: histories up to there, and the orders of the `learned_days` after it.
    """

    def __init__(self, random_state: int = 0) -> None:
        self.random_state = random_state

    def fit(self, histories: "NDArray[Any]", orders: "NDArray[Any]", learned_days: int) -> "Boosted":
        """`histories` of shape (customers, 3): repeats, recency and age in days; `orders` that followed."""
        from sklearn.ensemble import HistGradientBoostingRegressor
        from threadpoolctl import threadpool_limits

        self.learned_days_ = learned_days
        trees = HistGradientBoostingRegressor(
            loss="poisson", learning_rate=_RATE, max_iter=_TREES, max_leaf_nodes=_LEAVES, min_samples_leaf=_FEWEST,
            l2_regularization=1.0, early_stopping=False, random_state=self.random_state,
        )  # fmt: skip
        with threadpool_limits(1):  # once more: the library's own threads came with the import
            self.trees_ = trees.fit(_features(histories), orders)
        return self

    def predict(self, histories: "NDArray[Any]", days: int) -> "NDArray[Any]":
        """Orders within `days`, at the pace of the days learned from."""
        import numpy as np

        return np.asarray(self.trees_.predict(_features(histories))) * (days / self.learned_days_)


def _features(histories: "NDArray[Any]") -> "NDArray[Any]":
    import numpy as np

    x, recency, age = np.asarray(histories, dtype=float).T
    silence = age - recency
    gap = np.maximum(recency / np.maximum(x, 1.0), 1.0)
    return np.column_stack([x, recency, age, silence, x / np.maximum(age, 7.0), silence / gap])
