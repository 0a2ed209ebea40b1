"""Spellings of a gender: counted together where all are known, said, and left as they are in the table."""

from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

import regulars as rg
from regulars.features.genders import gender_of, letter_p, words_of
from regulars.locale import LANGUAGES, words
from regulars.scoring import Scorer
from regulars.terminal import show_study

MIXED = ["F", "female", "Female ", "Perempuan", "P", "Wanita", "M", "male", "L", "Pria", "Laki-laki"]


def table(folder: Path, said: list[str], rows: int = 110) -> Path:
    path = folder / "people.csv"
    lines = [f"c{n},{said[n % len(said)]},{20 + n % 50},{20_000 + 137 * n}" for n in range(rows)]
    path.write_text("\n".join(["Customer ID,Gender,Age,Income", *lines]), encoding="utf-8")
    return path


@pytest.mark.parametrize(("levels", "p"), [
    (["P", "L"], "f"), (["W", "P"], "m"), (["P", "female"], ""), (["p", "w", "l"], ""), (["Laki-laki", "P", "L"], "f"),
])  # fmt: skip
def test_the_letter_p_is_read_by_its_neighbours(levels: list[str], p: str) -> None:
    assert letter_p(levels) == p
    assert gender_of("P", p) == (p or None)


def test_the_tables_own_commonest_word_stands_for_a_gender() -> None:
    assert words_of(["F", "Wanita", "female", "M"]) == {"F": "Wanita", "Wanita": "Wanita", "female": "Wanita", "M": "M"}
    assert words_of(["f", "F", "M"]) == {"f": "f", "F": "f", "M": "M"}


def test_spellings_are_counted_together_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(rg.study(rg.read_customers(table(tmp_path, MIXED)), k_min=3, k_max=3, encoding="one_hot")) as done:
        people = done.result.people
        assert people is not None
        (merged,) = people.of_role("gender")
        assert (merged.name, merged.levels, merged.kind) == ("gender_merged", ("Female", "Laki-laki"), "category")
        held = done.people.rows()
        assert Counter(row["gender_merged"] for row in held) == {"Female": 60, "Laki-laki": 50}
        assert {row["gender"] for row in held} == {each.strip() for each in MIXED}
        (finding,) = (each for each in people.findings if each.code == "table_gender_merged")
        assert (finding.count, finding.of) == (90, 110)
        for language in LANGUAGES:
            assert "Wanita 10" in words(language)(
                "findings.table_gender_merged.says", count=90, of=110, **finding.values
            )
        assert {"gender", "gender_merged"} <= set(done.customers.rows()[0]) | set(held[0])
        scorer = Scorer(done.result)
        again = scorer.recoded({"Gender": [row["gender"] for row in held] + ["WOMAN", "robot", None]})["gender_merged"]
        assert again.tolist() == [row["gender_merged"] for row in held] + ["Female", None, None]
        given = {a.header: [row[a.name] for row in held] for a in people.attributes if a.header}
        placed = scorer.by_attributes(given, len(held))
        by_id = {row["customer_id"]: row["cluster"] for row in done.customers.rows()}
        assert placed.cluster.tolist() == [by_id[row["customer_id"]] for row in held]
        show_study(done.result, Path("toko/studies/undated/report.html"))
    assert "another spelling of the same gender" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("said", [["F", "M"], ["F", "female", "robot", "M"], ["P", "female", "male", "Female"]])
def test_what_is_one_spelling_each_or_not_known_is_left_alone(tmp_path: Path, said: list[str]) -> None:
    with closing(rg.study(rg.read_customers(table(tmp_path, said)), k_min=2, k_max=3)) as done:
        assert done.result.people is not None
        (gender,) = done.result.people.of_role("gender")
        assert (gender.name, gender.kind, set(gender.levels)) == ("gender", "category", set(said))
        assert not [each for each in done.result.people.findings if each.code == "table_gender_merged"]
