"""Lift against baskets of equal size: a large basket holds more of everything, which alone lifts every pair above 1.

Baskets are compared within strata of size. A basket of size s that holds the antecedent A has s - |A| places left; each
is as likely to hold an item as a place is in all baskets of that size. So of the A baskets of a stratum, the share
that would hold one further item b is

    (b's share in the stratum) x (s - |A|) / (s - the mean number of A's items in its baskets)

and for each further item of the consequent one place less is left. This is Hajek's (1964) first-order approximation of
drawing s different items, whose chances follow from the stratum; under swap randomisation (Gionis et al. 2007), which
keeps the sizes of baskets and the counts of items, it is centred on 1.
"""

from typing import TYPE_CHECKING, Any

from regulars.baskets.collect import LATE

if TYPE_CHECKING:
    from numpy.typing import NDArray


def expected_cells(
    antecedent: "NDArray[Any]",
    consequent: "NDArray[Any]",
    held: "NDArray[Any]",
    lengths: tuple[int, int],
    cells: tuple["NDArray[Any]", "NDArray[Any]"],
) -> "NDArray[Any]":
    """Baskets of each cell that would hold the whole rule; all arrays of shape (rules, cells).

    `antecedent` and `consequent` count the baskets that hold all of each, `held` sums those of the antecedent's single
    items; `lengths` are the numbers of their items; `cells` are the number of baskets and their mean size by cell.
    """
    import numpy as np

    baskets, size = cells
    number = np.maximum(baskets, 1)
    taken, correction = held / number, np.ones(antecedent.shape)
    for place in range(lengths[1]):
        left = np.maximum(size - lengths[0] - place, 0)
        correction = correction * np.where(left > 0, left / np.maximum(size - place - taken, left / 2 + 1e-9), 0)
    return np.asarray(antecedent * (consequent / number) * correction)


def both_periods(cells: "NDArray[Any]") -> "NDArray[Any]":
    """Earlier and late counts of each stratum, added up."""
    import numpy as np

    return np.asarray(cells[..., :LATE] + cells[..., LATE:])
