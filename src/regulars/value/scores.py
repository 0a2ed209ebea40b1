"""How good a forecast was, customer by customer: errors, tenths, and how well it ranks."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def auc(score: "NDArray[Any]", happened: "NDArray[Any]") -> float | None:
    """The chance that somebody to whom it happened has a higher score than somebody to whom it did not; ties count
    half. None where it happened to nobody or everybody."""
    import numpy as np

    _, index, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[index]
    yes = int(happened.sum())
    no = len(happened) - yes
    if not yes or not no:
        return None
    return float((ranks[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def tenths_of(score: "NDArray[Any]") -> "NDArray[Any]":
    """The tenth of each customer, 0 with the lowest scores; equal scores in the order given."""
    import numpy as np

    tenth = np.empty(len(score), dtype=np.int64)
    tenth[np.argsort(score, kind="stable")] = np.arange(len(score)) * 10 // max(len(score), 1)
    return tenth


def tenths_error(expected: "NDArray[Any]", actual: "NDArray[Any]") -> float | None:
    """What the tenths of a forecast missed together, as a share of all that happened. None where nothing happened."""
    import numpy as np

    tenth = tenths_of(expected)
    missed = np.abs(np.bincount(tenth, expected) - np.bincount(tenth, actual)).sum()
    return float(missed / actual.sum()) if actual.sum() > 0 else None


def clearly_better(errors: "NDArray[Any]", than: "NDArray[Any]") -> bool:
    """Whether squared errors are smaller than others of the same customers by more than two standard errors."""
    import numpy as np

    gain = than - errors
    return bool(gain.mean() > 2 * gain.std() / np.sqrt(len(gain)) and gain.mean() > 0)
