"""An external cohort is older and has fewer ill: how far it lies from where the reader was tuned."""

import numpy as np
import pandas as pd
import pytest
import scipy.spatial.distance
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation import EvaluationOptions, Readings, Truth
from hilum.evaluation.inputs.alignment import align
from hilum.evaluation.ledger import Ledger, Work
from hilum.evaluation.measures.shift import (
    ks_distance,
    notable,
    standardised_difference,
    standardised_difference_of_groups,
)
from hilum.evaluation.tasks.shift import measure_shift


@pytest.fixture
def cohorts():
    rng = np.random.default_rng(31)
    n = 900
    part = np.repeat(["validation", "test", "B"], 300)
    older = np.where(part == "B", 8.0, 0.0)
    frame = pd.DataFrame(
        {
            "case": np.arange(n),
            "part": part,
            "label": (rng.random(n) < np.where(part == "B", 0.15, 0.4)).astype(int),
            "age": np.round(rng.normal(60, 12, n) + older),
            "sex": rng.choice(["F", "M"], n),
            "scanner": rng.choice(["GE", "Philips", "Siemens"], n),
            "crp": rng.gamma(2, 30, n),
            "ward": rng.choice(["x", "y"], n),
        }
    )
    frame.loc[::10, "sex"] = ""
    scores = pd.DataFrame({"case": np.arange(n), "score": rng.normal(size=n) + older / 8})
    return frame, scores


def _shifted(frame, scores, subgroups=()):
    truth = Truth.from_frame(frame)
    work = Work(
        align([Readings.from_frame(scores, "cnn")], truth), EvaluationOptions(subgroups=subgroups), Ledger()
    )
    measure_shift(work)
    return work, {(row.part, row.measure, row.of, row.reader): row for row in work.ledger.measures}


def test_each_characteristic_is_set_against_validation(cohorts):
    frame, scores = cohorts
    _work, rows = _shifted(frame, scores, subgroups=("crp",))
    here, there = (frame.loc[frame["part"] == part] for part in ("B", "validation"))
    spread = np.sqrt((here["age"].var() + there["age"].var()) / 2)
    row = rows["B", "standardised_difference", "age", ""]
    assert row.value == pytest.approx((here["age"].mean() - there["age"].mean()) / spread)
    assert row.low < row.value < row.high
    assert {name for part, measure, name, _ in rows if part == "B" and measure == "missing_share"} == {
        "age",
        "sex",
        "scanner",
        "crp",
        "label",
    }
    missing = rows["B", "missing_share", "sex", ""]
    assert (missing.value, missing.n) == (pytest.approx(0.1), 300)
    assert rows["B", "standardised_difference", "sex", ""].n_excluded == 30
    assert not any(part == "validation" for part, *_ in rows)
    label = rows["B", "standardised_difference", "label", ""].value
    shares = here["label"].mean(), there["label"].mean()
    # Austin 2009, equation 2.
    expected = (shares[0] - shares[1]) / np.sqrt(sum(share * (1 - share) for share in shares) / 2)
    assert label == pytest.approx(expected)


def test_the_warning_names_what_differs_and_nothing_else(cohorts):
    frame, scores = cohorts
    work, _ = _shifted(frame, scores)
    said = [notice.text for notice in work.ledger.notices if notice.code == "cohorts_differ"]
    assert len(said) == 1
    assert "the cases of B differ from those of validation in age (+0.7" in said[0]
    assert "label (-0.4" in said[0]
    assert "sex" not in said[0]


def test_scores_are_set_against_validation_as_well(cohorts):
    frame, scores = cohorts
    _, rows = _shifted(frame, scores)
    for part in ("test", "B"):
        here, there = (scores["score"][(frame["part"] == one).to_numpy()] for one in (part, "validation"))
        row = rows[part, "ks_distance", None, "cnn"]
        assert row.value == pytest.approx(scipy.stats.ks_2samp(here, there).statistic)
        assert row.low <= row.value <= row.high
    assert rows["B", "ks_distance", None, "cnn"].value > rows["test", "ks_distance", None, "cnn"].value


def test_without_validation_the_training_cases_are_the_measure_and_without_both_there_is_none(cohorts):
    frame, scores = cohorts
    _, rows = _shifted(frame.replace({"part": {"validation": "train"}}), scores)
    assert rows["B", "standardised_difference", "age", ""].value > 0.5
    _, rows = _shifted(frame.replace({"part": {"validation": "C"}}), scores)
    assert not rows


def test_a_site_that_is_nowhere_else_has_no_distance(cohorts):
    frame, scores = cohorts
    work, rows = _shifted(frame.assign(site=frame["part"]), scores)
    assert rows["B", "standardised_difference", "site", ""].value is None
    assert any(notice.code == "no_overlap" for notice in work.ledger.notices)


def test_several_categories_as_the_formula_of_yang_and_dalton():
    # Their macro: Mahalanobis distance of the shares without one category, mean of both covariances.
    here, there = np.array([30.0, 50.0, 20.0]), np.array([60.0, 90.0, 90.0])
    first, second = here / here.sum(), there / there.sum()
    spread = (np.diag(first) - np.outer(first, first) + np.diag(second) - np.outer(second, second)) / 2
    for dropped in range(3):
        kept = [number for number in range(3) if number != dropped]
        inverse = np.linalg.inv(spread[np.ix_(kept, kept)])
        expected = scipy.spatial.distance.mahalanobis(first[kept], second[kept], inverse)
        assert standardised_difference_of_groups(here, there).value == pytest.approx(expected)


def test_two_categories_are_the_share_without_its_sign():
    # Austin 2009, equation 2, for a prevalence of 0.2 and 0.3: 0.1 / sqrt((0.16 + 0.21) / 2).
    estimate = standardised_difference_of_groups([80, 20], [70, 30])
    assert estimate.value == pytest.approx(0.1 / np.sqrt((0.16 + 0.21) / 2))
    # Hedges & Olkin 1985: sqrt(200 / 10000 + d^2 / 400).
    assert estimate.se == pytest.approx(np.sqrt(0.02 + estimate.value**2 / 400))


def test_the_interval_holds_what_drawn_cohorts_give():
    rng = np.random.default_rng(3)
    drawn = [
        standardised_difference(rng.normal(0.3, 1, 150), rng.normal(0, 1, 250)).value for _ in range(500)
    ]
    estimate = standardised_difference(rng.normal(0.3, 1, 150), rng.normal(0, 1, 250))
    assert estimate.se == pytest.approx(np.std(drawn), rel=0.1)
    assert not notable(standardised_difference(np.array([0.0, 1, 2]), np.array([0.5, 1, 2])))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_units_do_not_count_and_swapping_turns_the_sign(seed):
    rng = np.random.default_rng(seed)
    here, there = rng.normal(size=20), rng.normal(size=30)
    value = standardised_difference(here, there).value
    assert standardised_difference(here * 7 + 2, there * 7 + 2).value == pytest.approx(value)
    assert standardised_difference(there, here).value == pytest.approx(-value)
    assert ks_distance(np.exp(here), np.exp(there)).value == ks_distance(there, here).value
    assert ks_distance(here, here).value == 0.0


def test_constant_empty_and_missing_values():
    assert standardised_difference(np.ones(3), np.ones(4)).value == 0.0
    assert standardised_difference(np.ones(3), np.zeros(4)).value is None
    assert standardised_difference_of_groups([3, 0], [4, 0]).value == 0.0
    assert standardised_difference_of_groups([3, 0], [0, 4]).value is None
    assert ks_distance(np.zeros(3), np.ones(3)).value == 1.0
    with pytest.raises(MeasureError, match="one has none, or gaps"):
        standardised_difference(np.array([np.nan]), np.ones(2))
    with pytest.raises(MeasureError, match="one has none, or gaps"):
        ks_distance(np.array([]), np.ones(2))
    with pytest.raises(MeasureError, match="one has none"):
        standardised_difference_of_groups([0, 0], [1, 2])


def test_several_cases_of_a_patient_are_no_more_than_the_patient(cohorts):
    frame, scores = cohorts
    frame = frame.assign(patient=np.arange(900) // 3)
    _, alone = _shifted(cohorts[0], scores)
    _, thrice = _shifted(frame, scores)
    key = ("B", "standardised_difference", "age", "")
    assert thrice[key].se == pytest.approx(alone[key].se * np.sqrt(3), rel=0.05)
