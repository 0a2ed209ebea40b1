"""The verdict: each rule on evidence written by hand."""

from dataclasses import replace
from datetime import date

import pytest

from regulars.charts.evidence import evidence_table
from regulars.locale import LANGUAGES, words
from regulars.segments.choose import exploratory_k, fails, notes, reason, recommend, shown, stability_of, verdict
from regulars.segments.models import Basis, Clusters, Evidence


def row(k: int, **changes: object) -> Evidence:
    """Evidence that passes every test."""
    good = Evidence(k, 100.0, 0.6, 0.005, 0.1, 0.4, 0.01, jaccard=(0.9,) * k, prediction_strength=0.9,
                    prediction_spread=0.01, seed_ari=1.0)  # fmt: skip
    return replace(good, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ()),
        ({"null_silhouette": None}, ("null",)),
        ({"null_silhouette": 0.575}, ("null",)),  # a lead, but below the margin
        ({"null_spread": 0.1}, ("null",)),  # a lead of two standard errors
        ({"prediction_strength": 0.78}, ("strength",)),
        ({"prediction_strength": 0.79}, ()),  # with its standard error it reaches .80
        ({"jaccard": (0.9, 0.74, 0.9)}, ("jaccard",)),
        ({"smallest_share": 0.019}, ("smallest",)),
        ({"jaccard": (), "prediction_strength": None}, ("few",)),
        ({"null_silhouette": 0.6, "prediction_strength": 0.5, "jaccard": (0.5,)}, ("null", "strength", "jaccard")),
    ],
)
def test_what_speaks_against_a_number(changes: dict[str, object], why: tuple[str, ...]) -> None:
    assert fails([row(3, **changes)]) == (why,)
    assert recommend([row(3, **changes)]) == (None if why else 3)


def test_the_largest_number_that_passes_is_recommended_unless_it_is_much_nearer_to_chance() -> None:
    assert recommend([row(2), row(3), row(4, prediction_strength=0.5)]) == 3
    near = row(4, silhouette=0.49)  # a lead of .09 where k = 3 has .2
    assert recommend([row(2), row(3), near]) == 3
    assert fails([row(2), row(3), near]) == ((), (), ("lead",))
    assert recommend([near]) == 4


def test_a_number_that_fails_does_not_set_the_lead() -> None:
    assert recommend([row(2, silhouette=0.9, smallest_share=0.001), row(3)]) == 3


@pytest.mark.parametrize(("knee", "k"), [(None, 4), (2, 3), (4, 4), (8, 5)])
def test_exploratory_clusters_are_three_to_five_at_the_elbow(knee: int | None, k: int) -> None:
    shaky = [row(k, silhouette=0.4, prediction_strength=0.5) for k in range(2, 10)]
    assert exploratory_k(shaky, knee) == k
    assert exploratory_k(shaky[:1], knee) == 2


def test_exploratory_clusters_are_rather_slices_that_come_back() -> None:
    evidence = [row(k, silhouette=0.4, prediction_strength=0.9 if k in {2, 3, 7} else 0.5) for k in range(2, 10)]
    assert exploratory_k(evidence, 5) == 3


@pytest.mark.parametrize(
    ("jaccard", "label"), [(0.75, "stable"), (0.74, "doubtful"), (0.6, "doubtful"), (0.59, "unstable")]
)
def test_labels_of_stability(jaccard: float, label: str) -> None:
    assert stability_of(jaccard) == label


@pytest.mark.parametrize(
    ("evidence", "key", "k"),
    [
        ([row(2), row(3)], "structure", 3),
        ([row(2, silhouette=0.4), row(3, silhouette=0.39)], "no_clear_structure", 2),
        ([row(2, silhouette=0.4), row(3, jaccard=(0.5,))], "unstable", 3),
        ([row(2, smallest_share=0.01), row(3, smallest_share=0.01, jaccard=(0.5,))], "small", 2),
        ([row(2, jaccard=(), prediction_strength=None)], "few", 2),
    ],
)
def test_the_reason_in_words(evidence: list[Evidence], key: str, k: int) -> None:
    found = reason(evidence, recommend(evidence), 4)
    assert (found.key, found.values["k"]) == (f"clusters.verdict.{key}", k)
    texts = [found.text(words(language)) for language in LANGUAGES]
    assert all("{" not in text and str(k) in text for text in texts)
    named = ("named segments" in texts[0], "segmen bernama" in texts[1])
    assert named == ((False, False) if key == "structure" else (True, True))


def learned(evidence: Evidence) -> Clusters:
    recommended, least = recommend([evidence]), row(2, silhouette=0.4)
    message = reason([least, evidence], recommended, evidence.k)
    return Clusters(evidence.k, recommended, None, "structure" if recommended else "no_clear_structure", message,
                    (least, evidence), None, None, 500, tested=Basis(500, 500, 20, 8, 90, 450))  # fmt: skip


def keys(clusters: Clusters) -> list[str]:
    found = notes(clusters)
    assert all("{" not in each.text(words(language)) for each in found for language in LANGUAGES)
    return [each.key.removeprefix("clusters.note.") for each in found]


def test_notes_say_what_holds_and_what_does_not() -> None:
    assert keys(learned(row(3))) == ["stable"]
    assert keys(learned(row(3, silhouette=0.41))) == ["stable_slices"]
    assert keys(learned(row(3, silhouette=0.41, prediction_strength=0.6))) == ["loose_slices"]
    shaky = learned(row(4, jaccard=(0.9, 0.5, 0.9, 0.7)))
    assert keys(shaky) == ["unstable"]
    assert "clusters 2, 4" in notes(shaky)[0].text(words("en"))
    followed = row(3, repeat_separation=0.3, repeat_separation_spread=0.02, sales_separation=0.2)
    assert keys(learned(followed)) == ["stable", "later", "later_sales"]
    assert keys(learned(replace(followed, sales_separation=None))) == ["stable", "later"]


def test_other_numbers_that_pass_are_named() -> None:
    both = replace(learned(row(3)), evidence=(row(2), row(3)))
    assert keys(both) == ["others", "stable"]
    assert notes(both)[0].values == {"ks": "2"}


def test_what_could_not_be_tested_is_not_noted() -> None:
    assert keys(learned(row(3, jaccard=()))) == []
    assert notes(replace(learned(row(3)), tested=None)) == ()
    assert notes(replace(learned(row(3)), kept_from=date(2011, 1, 1))) == ()


def test_kept_clusters_and_what_today_speaks_for_are_said_together() -> None:
    """A card said 4 groups where every chart showed the 2 that had been kept."""
    kept_two = replace(learned(row(4)), k=2, kept_from=date(2011, 1, 1))
    said = " ".join(message.text(words("en")) for message in verdict(kept_two))
    assert "form 4 groups that hold" in said and "the 2 clusters shown are those kept since 1 Jan 2011" in said
    assert "today's customers speak for 4" in said and said.endswith("--refit.")
    assert len(verdict(replace(kept_two, k=4))) == 1, "the number that was kept is the recommended one"
    rows = (row(2, silhouette=0.41), row(3, silhouette=0.4))
    unproven = replace(kept_two, evidence=rows, recommended_k=None, reason=reason(rows, None, 3))
    said = " ".join(message.text(words("en")) for message in verdict(unproven))
    assert "The 2 clusters shown are exploratory" in said and "The 2 clusters shown are those kept since" in said
    table = evidence_table(replace(kept_two, evidence=(row(2), row(4))), words("en"))
    assert [cells[0] for cells in table.rows] == ["2 · shown", "4 ✓"]


@pytest.mark.parametrize(
    ("rows", "k", "knee", "why"),
    [
        ([row(3)], 3, 3, None),
        ([row(3), row(4)], 3, None, "asked"),
        ([row(3, silhouette=0.4), row(5, silhouette=0.4), row(6, jaccard=(0.5,))], 5, 4, "steady"),
        ([row(k, jaccard=(0.5,)) for k in range(2, 8)], 4, 4, "elbow"),
        ([row(k, jaccard=(0.5,)) for k in range(2, 8)], 5, 7, "middle"),
        ([row(k, jaccard=(0.5,)) for k in range(2, 8)], 7, 4, "asked"),
    ],
)
def test_the_number_shown_is_explained_unless_it_is_recommended(
    rows: list[Evidence], k: int, knee: int | None, why: str | None
) -> None:
    clusters = replace(learned(rows[0]), k=k, recommended_k=recommend(rows), elbow_k=knee, evidence=tuple(rows))
    found = shown(clusters)
    assert (found and found.key) == (why and f"clusters.shown.{why}")
    assert found is None or all(str(k) in found.text(words(language)) for language in LANGUAGES)
