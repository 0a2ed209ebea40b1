"""Customer Personality: what goes with the response rate per visit, as published."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from regulars.api import Analysis, read_customers, study
from regulars.engine import SparkEngine
from regulars.people.correlations import correlation, within_fences
from regulars.people.reading import PeopleSample, read_people

MEASURES = ("income", "total_spending", "total_transactions", "age_at_joining")
PUBLISHED = (0.664, 0.631, 0.537, 0.109)
RATE = "response_rate_per_visit"


@pytest.fixture(scope="module")
def analysis(data: Path) -> Iterator[Analysis]:
    """The study that leaves out of its correlations whom the published analysis leaves out."""
    done = study(read_customers(data / "customer_personality.csv"), outliers="exclude_from_fit_iqr")
    yield done
    done.close()


@pytest.fixture(scope="module")
def sample(analysis: Analysis) -> PeopleSample:
    return read_people(analysis._engine, (*MEASURES, RATE, "num_web_visits_month"), (), ("cluster",), 0)


def test_correlations_of_the_response_rate_on_2205_customers(sample: PeopleSample) -> None:
    """The published rate of six customers without a visit is 0; of two births before 1900 an age is computed."""
    numbers = sample.numbers
    kept = within_fences(numbers["income"], numbers["total_spending"])
    assert (sample.customers, int(kept.sum())) == (2_240, 2_205)
    rate = np.where(numbers["num_web_visits_month"] == 0, 0, numbers[RATE])[kept]
    found = [correlation(RATE, name, rate, numbers[name][kept]) for name in MEASURES]
    assert [one.n for one in found] == [2_205, 2_205, 2_205, 2_203]
    assert [one.pearson for one in found[:3]] == pytest.approx(PUBLISHED[:3], abs=5e-4)
    assert found[3].pearson == pytest.approx(PUBLISHED[3], abs=3e-3)


def test_the_study_says_unknown_where_there_was_no_visit(analysis: Analysis) -> None:
    figures = analysis.result.people_figures
    assert figures is not None and figures.customers == 2_240
    found = {one.first: one for one in figures.correlations if one.second == RATE}
    found |= {one.second: one for one in figures.correlations if one.first == RATE}
    assert [found[name].n for name in MEASURES] == [2_199, 2_199, 2_199, 2_197]
    assert [found[name].pearson for name in MEASURES] == pytest.approx(PUBLISHED, abs=7e-3)
    for name, published in zip(MEASURES, PUBLISHED, strict=True):
        assert (found[name].pearson_low or 0) < published < (found[name].pearson_high or 0)


def test_how_groups_answer_and_where_they_buy(analysis: Analysis) -> None:
    figures = analysis.result.people_figures
    assert figures is not None
    everybody = {one.measure: one for one in figures.spreads if one.group == "" and one.by == "segment"}
    rate = everybody[RATE]
    assert (rate.n, rate.quantiles and rate.quantiles[2]) == (2_229, pytest.approx(2.625))
    totals = np.sum([mix.purchases for mix in figures.mixes if mix.by == "segment"], axis=0)
    assert dict(zip(figures.mixes[0].channels, totals.tolist(), strict=True)) == {
        "web": 9_150, "catalogue": 5_963, "store": 12_970, "deals": 5_208,
    }  # fmt: skip
    responses = next(t for t in figures.crosstabs if (t.attribute, t.by) == ("response", "segment"))
    assert responses.levels == ("false", "true") and responses.of_level(1) == 334


@pytest.mark.slow
def test_spark_finds_the_same_figures(analysis: Analysis, data: Path, spark_session: SparkEngine) -> None:
    table = read_customers(data / "customer_personality.csv")
    done = study(table, engine="spark", outliers="exclude_from_fit_iqr")
    assert done.result.people_figures == analysis.result.people_figures
