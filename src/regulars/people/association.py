"""How far two categories go together: Cramér's V before the p, and no word where there are too few customers."""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING, Any

from regulars.locale import Message
from regulars.people.models import Association, Strength
from regulars.people.shares import false_discovery

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST = 30  # customers below which nothing is said
DRAWS = 1_999  # tables at random: the least p is 1 / 2,000
MOST = 10**9  # customers that the generator of random tables can deal out


def association(counts: Sequence[Sequence[int]], seed: int = 0) -> Association:
    """The association of a table of counts; empty rows and columns are left out.

    Chi-square stands where all expected counts are 1 and four in five are 5 or more (Cochran 1954); else the p is that
    of tables drawn with the same margins.
    """
    import numpy as np

    table = np.asarray(counts, dtype=np.int64).reshape(len(counts), -1)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    n = int(table.sum())
    rows, columns = table.shape if n else (0, 0)
    if n < LEAST:
        return _cannot_say(n, Message("people_pages.reason.few", {"n": n, "needed": LEAST}))
    if rows < 2 or columns < 2:
        return _cannot_say(n, Message("people_pages.reason.alike", {"n": n}))
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    degrees = (rows - 1) * (columns - 1)
    chi_square = float(((table - expected) ** 2 / expected).sum())
    effect = bergsma(chi_square, n, rows, columns)
    found = Association(n, chi_square, degrees, None, None, effect, strength(effect, min(rows, columns)), None)
    if expected.min() >= 1 and (expected >= 5).mean() >= 0.8:
        from scipy.special import chdtrc

        return replace(found, p=float(chdtrc(degrees, chi_square)), method="chi_square")
    if n >= MOST:
        return replace(found, reason=Message("people_pages.reason.sparse", {"n": n}))
    return replace(found, p=_permuted(table, expected, chi_square, seed), method="permutation")


def with_q(found: Sequence[Association]) -> tuple[Association, ...]:
    """The associations of one family of tables, each with its q."""
    qs = false_discovery([each.p for each in found])
    return tuple(replace(each, q=q) for each, q in zip(found, qs, strict=True))


def bergsma(chi_square: float, n: int, rows: int, columns: int) -> float:
    """Cramér's V corrected for bias: 0 is expected of independent categories (Bergsma 2013, eq. 4 to 6)."""
    phi = max(0.0, chi_square / n - (rows - 1) * (columns - 1) / (n - 1))
    r = rows - (rows - 1) ** 2 / (n - 1)
    c = columns - (columns - 1) ** 2 / (n - 1)
    least = min(r, c) - 1
    return min(1.0, sqrt(phi / least)) if least > 0 else 0.0


def strength(effect: float, shorter: int) -> Strength:
    """The size of V in words: Cohen's w = V sqrt(shorter side - 1), weak from .1, medium from .3, strong from .5."""
    w = effect * sqrt(shorter - 1)
    return "strong" if w >= 0.5 else "medium" if w >= 0.3 else "weak" if w >= 0.1 else "none"


def _cannot_say(n: int, reason: Message) -> Association:
    return Association(n, None, 0, None, None, None, None, None, reason)


def _permuted(table: "NDArray[Any]", expected: "NDArray[Any]", chi_square: float, seed: int) -> float:
    """The share of tables at random that are as far from the expected as this one, itself counted among them.

    All draws are dealt cell by cell: each is hypergeometric given what its row and column still hold.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    rows, columns = table.shape
    left = np.repeat(table.sum(axis=0)[None, :], DRAWS, axis=0)  # what the columns still hold, by draw
    statistic = np.zeros(DRAWS)
    for i in range(rows):
        need = np.full(DRAWS, table[i].sum())
        after = left.sum(axis=1)
        for j in range(columns):
            after -= left[:, j]
            dealt = rng.hypergeometric(left[:, j], after, need) if i < rows - 1 else left[:, j].copy()
            left[:, j] -= dealt
            need -= dealt
            statistic += (dealt - expected[i, j]) ** 2 / expected[i, j]
    return float((1 + (statistic >= chi_square * (1 - 1e-9)).sum()) / (DRAWS + 1))
