"""What is learned once is kept: chains of studies in one shop, labels that do not flip."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import regulars as rg
from regulars.analysis import Study
from regulars.segments.frozen import matched
from regulars.shop import open_shop
from regulars.synth import write_planted

FIRST, LAST = date(2011, 10, 1), date(2011, 12, 10)


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("frozen") / "orders.parquet"
    write_planted(path, customers=150, seed=3)
    return path


@pytest.fixture(scope="module")
def shop(orders: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A shop with a study of October."""
    folder = tmp_path_factory.mktemp("frozen") / "shop"
    run(orders, folder, FIRST, save=True)
    yield folder


def run(orders: Path, shop: Path | None, day: date, *, save: bool = False, **more: Any) -> Study:
    analysis = rg.study(rg.read(orders), as_of=day, earlier=shop, **{"k_max": 4, **more})
    study = analysis.save(shop) if save and shop else analysis.result
    analysis.close()
    return study


def test_the_first_study_learns_and_its_successor_keeps(orders: Path, shop: Path) -> None:
    first, second = open_shop(shop).load(FIRST), run(orders, shop, LAST)
    assert first.frozen is not None and second.frozen is not None
    assert (first.clusters.kept_from, first.frozen.scores.on, first.frozen.scores.drift) == (None, FIRST, ())
    assert second.clusters.model == first.clusters.model and second.clusters.kept_from == FIRST
    assert second.scheme.cuts == first.scheme.cuts and second.frozen.scores.on == FIRST
    assert second.clusters.k == len(first.clusters.model.centroids)  # type: ignore[union-attr]
    assert second.clusters.evidence != first.clusters.evidence, "the evidence is of today"
    assert {drift.feature for drift in second.frozen.scores.drift} == {"recency_days", "orders", "monetary"}
    assert "moves.frozen.clusters" in [note.key for note in second.assumptions]


def test_a_study_does_not_go_on_with_itself_and_repeats_its_bytes(orders: Path, shop: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "shop"
    shutil.copytree(shop, folder)
    written = []
    for _ in range(2):
        run(orders, folder, LAST, save=True)
        place = folder / "studies" / LAST.isoformat()
        written.append({path.name: path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()})
    assert written[0] == written[1] and "moves.parquet" in written[0]
    assert run(orders, folder, FIRST).clusters.kept_from is None, "there is nothing before the first"
    third = run(orders, folder, date(2011, 12, 20))
    assert third.clusters.kept_from == FIRST, "what was kept is kept on, from the day it was learned"
    assert third.moves is not None and third.moves.before == LAST


def test_refit_learns_anew_under_the_old_numbers(orders: Path, shop: Path) -> None:
    first = open_shop(shop).load(FIRST)
    again, plain = run(orders, shop, LAST, refit=True), run(orders, None, LAST)
    assert again.frozen is not None and (again.clusters.kept_from, again.frozen.scores.on) == (None, LAST)
    assert again.frozen.numbered_from == FIRST
    assert again.scheme == plain.scheme
    assert set(again.clusters.model.centroids) == set(plain.clusters.model.centroids)  # type: ignore[union-attr]
    assert first.clusters.k == again.clusters.k


@pytest.mark.parametrize(
    ("changed", "scores", "clusters"),
    [({"preset": "klaviyo"}, False, True), ({"transform": "none"}, True, False), ({"k": 3}, True, False),
     ({"frequency": "lines"}, False, False), ({"language": "id"}, True, True)],
)  # fmt: skip
def test_other_settings_learn_what_they_shape(
    orders: Path, shop: Path, changed: dict[str, Any], scores: bool, clusters: bool
) -> None:
    found = run(orders, shop, LAST, **changed)
    assert found.frozen is not None
    assert (found.frozen.scores.on == FIRST, found.clusters.kept_from == FIRST) == (scores, clusters)


def test_another_currency_starts_anew(orders: Path, shop: Path) -> None:
    found = run(orders, shop, LAST, currency="IDR")
    assert found.clusters.kept_from is None and found.moves is None


def test_clusters_take_the_number_that_most_of_their_customers_had() -> None:
    old = np.array([1] * 50 + [2] * 30 + [3] * 20)
    fresh = np.array([2] * 45 + [3] * 5 + [3] * 30 + [1] * 20)
    assert matched(fresh, old, 3, 3) == (3, 1, 2)


def test_a_cluster_more_and_a_cluster_less() -> None:
    old = np.array([1] * 50 + [2] * 50)
    fresh = np.array([3] * 50 + [1] * 10 + [2] * 40)
    assert matched(fresh, old, 3, 2) == (3, 2, 1), "1 has no counterpart and takes the number that is left"
    assert matched(old, fresh, 2, 3) == (1, 2) or sorted(matched(old, fresh, 2, 3)) == [1, 2]


@given(st.permutations([1, 2, 3, 4]), st.integers(0, 99))
def test_the_same_clusters_in_another_order_keep_their_numbers(order: list[int], seed: int) -> None:
    old = np.concatenate([np.arange(1, 5), np.random.default_rng(seed).integers(1, 5, 60)])
    fresh = np.array(order)[old - 1]
    ids = matched(fresh, old, 4, 4)
    assert (np.array(ids)[fresh - 1] == old).all()


@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 99))
def test_numbers_are_given_once(k: int, old_k: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    ids = matched(dice.integers(1, k + 1, 40), dice.integers(1, old_k + 1, 40), k, old_k)
    assert sorted(ids) == list(range(1, k + 1))
