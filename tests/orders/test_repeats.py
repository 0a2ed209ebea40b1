"""Repeated lines: the arrays find what the query finds, and what a plain loop finds."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regulars.engine import DuckEngine
from regulars.orders.repeats import find_repeats, repeated

LINES = {
    "line": "BIGINT",
    "customer_id": "VARCHAR",
    "order_id": "VARCHAR",
    "product_id": "VARCHAR",
    "product": "VARCHAR",
}
ROWS = [
    (1, "anna", "1", "P", "tea"),
    (2, "anna", "1", "P", "tea"),
    (3, "anna", "1", "P", None),  # equal but for a gap
    (4, "anna", "1", None, "tea"),
    (5, "anna", "1", None, "tea"),  # a name is enough
    (6, "budi", "1", "P", "tea"),  # another customer's order of that number
    (7, None, "1", "P", "tea"),
    (8, None, "1", "P", "tea"),  # nobody's lines are not compared
    (9, "anna", None, "P", "tea"),
    (10, "anna", None, "P", "tea"),  # two equal purchases that no order tells apart
    (11, "anna", "1", "P", "tea"),
]


def found(engine: DuckEngine, at_once: int, *, named: bool) -> list[int]:
    engine.at_once = at_once
    engine.put("lines", LINES, ROWS)
    find_repeats(engine, "copies", ("customer_id", "order_id", "product_id", "product"), named=named)
    return [row["line"] for row in engine.rows("select line from copies order by line")]


def test_the_arrays_and_the_query_find_the_same_lines(duck: DuckEngine) -> None:
    for at_once in (0, len(ROWS)):
        assert found(duck, at_once, named=True) == [2, 5, 11]
        assert found(duck, at_once, named=False) == [10]


def test_nothing_repeats_in_no_lines(duck: DuckEngine) -> None:
    duck.put("lines", LINES, [])
    find_repeats(duck, "copies", ("customer_id",), named=True)
    assert duck.rows("select line from copies") == []


hashes = st.lists(st.sampled_from([0, 1, 2, 2**25, 2**63, 2**64 - 1, 77]) | st.integers(0, 2**64 - 1), max_size=60)


@given(hashes, st.randoms(use_true_random=False))
def test_a_line_repeats_where_its_cells_stand_on_a_lower_number(cells: list[int], chance: Random) -> None:
    lines = list(range(1, len(cells) + 1))
    chance.shuffle(lines)
    first: dict[int, int] = {}
    for line, cell in zip(lines, cells, strict=True):
        first[cell] = min(line, first.get(cell, line))
    slow = sorted(line for line, cell in zip(lines, cells, strict=True) if line != first[cell])
    assert repeated(np.array(lines, dtype=np.int64), np.array(cells, dtype=np.uint64)).tolist() == slow


def test_more_cells_than_are_looked_at_together() -> None:
    lines = np.arange(600_000, dtype=np.int64)
    cells = np.arange(600_000, dtype=np.uint64) * np.uint64(2**44 + 1)
    cells[[300_000, 599_999]] = cells[0]
    assert repeated(lines, cells).tolist() == [300_000, 599_999]
