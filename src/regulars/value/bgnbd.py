"""BG/NBD: orders at a customer's own rate, and after each repeat order a chance to leave for good.

Fader, Hardie & Lee (2005), "Counting your customers" the easy way: an alternative to the Pareto/NBD model, Marketing
Science 24(2), 275-284. Who has not come back has had no chance to leave: the chance of being there is 1.
"""

from typing import TYPE_CHECKING, Any

from regulars.value import beta_geometric
from regulars.value.cells import Cells
from regulars.value.models import Ahead

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "bgnbd"
LETTERS = ("r", "alpha", "a", "b")  # alpha in weeks
START = (0.5, 5.0, 0.5, 1.0)


def log_likelihood(theta: "NDArray[Any]", cells: Cells) -> tuple[float, "NDArray[Any]"]:
    """Of all customers (their eq. 6), and its gradient by the logarithms of the parameters."""
    return beta_geometric.log_likelihood(theta, cells, first=0)


def alive(theta: "NDArray[Any]", cells: Cells) -> "NDArray[Any]":
    """The chance that a customer of each cell has not left yet."""
    return beta_geometric.alive(theta, cells, first=0)


def ahead(theta: "NDArray[Any]", cells: Cells, weeks: "float | NDArray[Any]") -> Ahead:
    """What a customer who is still there does in the next `weeks` (their eq. 10 without its 2F1)."""
    return beta_geometric.ahead(theta, cells, weeks, first=0)
