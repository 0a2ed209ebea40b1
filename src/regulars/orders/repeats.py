"""Lines that repeat an earlier line: by a sort of their hashes, in arrays where they fit, else by a query.

A sort of ten million hashes costs a tenth in numpy of what it costs as a window in the engine (1.4 to .15 CPU seconds),
which makes it half of the whole way to the scores. So arrays are taken where the engine stands in this process, up to
the bound it states; beyond it, and where lines lie on other machines, the step `orders/repeats` answers the same.
"""

from typing import TYPE_CHECKING, Any

from regulars.engine import Engine
from regulars.steps import step_sql

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COARSE = 25  # bits of a first look, of at most 32 MB; with 32 places a repeated hash, one in 32 of the others passes
_PART = 1 << 18  # cells looked at together, so that what is made of them stays in the processor's cache


def find_repeats(engine: Engine, name: str, compared: tuple[str, ...], *, named: bool) -> None:
    """Makes `name` (line): lines that repeat an earlier one in the columns `compared`.

    Looked for among the lines that name an order and a product, or among the others.
    """
    values = {"named": named, "compared": list(compared)}
    if engine.rows("select count(*) as lines from lines")[0]["lines"] > engine.at_once:
        engine.make("orders/cells", **values)
        engine.make("orders/repeats")
        engine.make_from(name, "select line from repeats")
        engine.drop("cells", "repeats")
    else:
        engine.steps["cells"] = step_sql("orders/cells")
        found = engine.columns(f"select cast(line as integer) as line, cells from ({engine.steps['cells']})", **values)
        engine.put_columns(name, {"line": "BIGINT"}, {"line": repeated(found["line"], found["cells"])})


def repeated(lines: "NDArray[Any]", cells: "NDArray[Any]") -> "NDArray[Any]":
    """Those of `lines` (numbers, any order) whose `cells` (hashes) stand on a line of a lower number too; ascending."""
    import numpy as np

    ordered = np.sort(cells)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    twice = twice[np.flatnonzero(np.diff(twice, prepend=~twice[:1]))]
    del ordered
    if not len(twice):
        return lines[:0]
    several = _among(cells, twice)
    several = several[np.lexsort((lines[several], cells[several]))]
    later = cells[several][1:] == cells[several][:-1]
    return np.sort(lines[several[1:][later]])


def _among(cells: "NDArray[Any]", wanted: "NDArray[Any]") -> "NDArray[Any]":
    """Where `cells` holds one of `wanted` (ascending): by their last bits in one small table first, then exactly."""
    import numpy as np

    low = np.uint64((1 << min((32 * len(wanted)).bit_length(), _COARSE)) - 1)
    seen = np.zeros(int(low) + 1, dtype=bool)
    seen[(wanted & low).astype(np.intp)] = True
    parts = range(0, len(cells), _PART)
    found = [np.flatnonzero(seen[(cells[at : at + _PART] & low).view(np.int64)]) + at for at in parts]
    maybe = np.concatenate(found)
    place = np.minimum(np.searchsorted(wanted, cells[maybe]), len(wanted) - 1)
    chosen: NDArray[Any] = maybe[wanted[place] == cells[maybe]]
    return chosen
