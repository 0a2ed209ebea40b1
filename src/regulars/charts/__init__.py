"""Charts: result -> ECharts option as a plain dict, with its title, its note and the table that holds its figures.

Pure: nothing is drawn here. An option holds no function and no colour: `{"$fn": "money"}` names a formatter of
`static/charts.js`, `{"$color": "c1"}` a role of `palette.PALETTES`. Text of the data is only ever data in it.
"""

from dataclasses import dataclass
from typing import Any, Literal

Option = dict[str, Any]
Width = Literal["third", "half", "full"]


@dataclass(frozen=True, slots=True)
class Table:
    """Figures in words: `rows` of cells as text, `numeric` the columns set flush right. `foot` is a row of sums.

    `leads` are addresses behind the cells, of the same shape as `rows`, where a dashboard knows some.
    """

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    foot: tuple[str, ...] = ()
    leads: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A titled chart. `note` says the unit and the sample size; `rows` is the number of bars that set its height."""

    key: str
    title: str
    note: str
    option: Option
    table: Table
    width: Width = "half"
    height: int = 320  # CSS pixels: one of heights()
    renderer: Literal["svg", "canvas"] = "svg"


HEIGHTS = (120, 160, 200, 240, 280, 320, 360, 400, 440, 480, 520, 560, 600)  # the classes of regulars.css


def height_of(rows: int) -> int:
    """The height for horizontal bars, from HEIGHTS."""
    return next((height for height in HEIGHTS if height >= 60 + 30 * rows), HEIGHTS[-1])
