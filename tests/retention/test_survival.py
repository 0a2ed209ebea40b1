"""The product-limit estimate: published figures, and a known truth under censoring."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.retention.survival import Curve, waiting

Row = dict[str, int]


def rows_of(pairs: list[tuple[int, bool]]) -> list[Row]:
    """Counts by days of (days, whether it happened)."""
    counts = Counter(pairs)
    days = sorted({day for day, _ in pairs})
    return [{"days": day, "events": counts[day, True], "censored": counts[day, False]} for day in days]


def watched(days: list[int]) -> list[Row]:
    return [{"days": day, "events": 0, "censored": n} for day, n in sorted(Counter(days).items())]


# remission of leukaemia in weeks under 6-mercaptopurine (Freireich et al. 1963): Collett's and Cox & Oakes' example
HAPPENED = (6, 6, 6, 7, 10, 13, 16, 22, 23)
CENSORED = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
PUBLISHED = {  # week: survivor function and its log-log interval
    6: (0.8571, 0.6197, 0.9516), 7: (0.8067, 0.5631, 0.9228), 10: (0.7529, 0.5032, 0.8894),
    13: (0.6902, 0.4316, 0.8491), 16: (0.6275, 0.3675, 0.8049), 22: (0.5378, 0.2678, 0.7468),
    23: (0.4482, 0.1881, 0.6801),
}  # fmt: skip


def test_freireich_remission_times() -> None:
    curve = Curve(rows_of([*((day, True) for day in HAPPENED), *((day, False) for day in CENSORED)]))
    for week, (left, low, high) in PUBLISHED.items():
        assert curve.at(week) == pytest.approx((1 - left, 1 - high, 1 - low), abs=5e-5)
    assert curve.at(9) == curve.at(7), "nothing happens in between"
    assert curve.at(5)[0] == 0.0
    assert curve.median(curve.left) == 23


def test_without_censoring_it_is_the_plain_share() -> None:
    curve = Curve(rows_of([(day, True) for day in (1, 2, 2, 3, 8)]))
    assert [curve.at(day)[0] for day in (0, 1, 2, 3, 7, 8)] == pytest.approx([0, 0.2, 0.6, 0.8, 0.8, 1.0])


@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=80))
def test_it_never_falls_and_stays_within_its_interval(pairs: list[tuple[int, bool]]) -> None:
    curve = Curve(rows_of(pairs))
    points = [curve.at(day) for day in range(-1, 62)]
    assert all(0 <= low <= share + 1e-12 <= high + 2e-12 <= 1 + 3e-12 for share, low, high in points)
    shares = [share for share, _, _ in points]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    if all(happened for _, happened in pairs):
        assert shares[-1] == 1.0


def test_the_truth_is_found_where_a_plain_share_is_too_low() -> None:
    """Waits of mean 60 days, customers who arrive over a year: half buy again within 41.6 days."""
    rng = np.random.default_rng(7)
    inside = 0
    for _ in range(100):
        arrived, wait = rng.integers(0, 365, 400), np.ceil(rng.exponential(60, 400)).astype(int)
        seen = 365 - arrived
        pairs = [(int(min(w, s)), bool(w <= s)) for w, s in zip(wait, seen, strict=True)]
        found = waiting(rows_of(pairs), watched(seen.tolist()))
        at_90 = next(part.share for part in found.within if part.days == 90)
        inside += at_90.low <= 1 - np.exp(-90 / 60) <= at_90.high
        assert sum(w <= min(90, s) for w, s in zip(wait, seen, strict=True)) / 400 < at_90.value
        assert abs(found.median - 60 * np.log(2)) < 15
    assert 88 <= inside <= 100, "95 of 100 intervals hold the truth"


def test_what_was_not_watched_by_thirty_is_not_said() -> None:
    spans = [100] * 29 + [40] * 31
    found = waiting(rows_of([(day, False) for day in spans]), watched(spans))
    assert found is not None
    assert [(part.days, part.share is None) for part in found.within] == [
        (30, False), (60, True), (90, True), (180, True), (365, True),
    ]  # fmt: skip
    assert (found.points[-1].days, found.median) == (40, None)
    assert 0 < found.within[0].share.high < 0.07, "nobody of sixty: not a certain zero"
    assert waiting(rows_of([(5, True)] * 29), watched([9] * 29)) is None
    assert waiting(rows_of([(0, False)] * 500), watched([0] * 500)) is None, "watched for no day"
