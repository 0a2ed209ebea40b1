"""MBG/NBD: as BG/NBD, but a customer may also leave right after the first order. The default model.

Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of models for customer base analysis,
International Journal of Research in Marketing 24(3), 201-209.
"""

from typing import TYPE_CHECKING, Any

from regulars.value import beta_geometric
from regulars.value.cells import Cells
from regulars.value.models import Ahead

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "mbgnbd"
LETTERS = ("r", "alpha", "a", "b")  # alpha in weeks
START = (0.5, 5.0, 0.5, 1.0)


def log_likelihood(theta: "NDArray[Any]", cells: Cells) -> tuple[float, "NDArray[Any]"]:
    """Of all customers (their eq. 4), and its gradient by the logarithms of the parameters."""
    return beta_geometric.log_likelihood(theta, cells, first=1)


def alive(theta: "NDArray[Any]", cells: Cells) -> "NDArray[Any]":
    """The chance that a customer of each cell has not left yet (their eq. 5)."""
    return beta_geometric.alive(theta, cells, first=1)


def ahead(theta: "NDArray[Any]", cells: Cells, weeks: "float | NDArray[Any]") -> Ahead:
    """What a customer who is still there does in the next `weeks` (their eq. 7)."""
    return beta_geometric.ahead(theta, cells, weeks, first=1)
