"""The true AUROC and C: the counting is right, and fresh cohorts lie around it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines.utils import concordance_index
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from hilum.errors import HilumError
from hilum.phantom import Truth, simulate_patients, true_performance
from hilum.phantom.ranking import area_under_roc, harrell_c, smaller_before
from hilum.phantom.truth import fit_logistic


@pytest.fixture(scope="module")
def truth() -> Truth:
    return true_performance(200_000)


def _pairs(risk: list[int], time: list[int], event: list[int]) -> tuple[float, int]:
    """Harrell's C by looking at every pair."""
    won, comparable = 0.0, 0
    for r_i, t_i, e_i in zip(risk, time, event, strict=True):
        for r_j, t_j, e_j in zip(risk, time, event, strict=True):
            if e_i and (t_j > t_i or (t_j == t_i and not e_j)):
                comparable += 1
                won += 1.0 if r_i > r_j else 0.5 if r_i == r_j else 0.0
    return won, comparable


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 6), st.integers(0, 1)), min_size=2, max_size=40))
def test_harrell_c_equals_counting_every_pair_with_all_ties(rows):
    risk, time, event = (list(column) for column in zip(*rows, strict=True))
    won, comparable = _pairs(risk, time, event)
    if comparable:
        assert harrell_c(risk, time, event) == pytest.approx(won / comparable, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.permutations(list(range(37))))
def test_smaller_before_equals_counting(permutation):
    expected = [sum(a < b for a in permutation[:i]) for i, b in enumerate(permutation)]
    assert smaller_before(np.array(permutation)).tolist() == expected


def test_measures_agree_with_other_peoples_programs():
    people = simulate_patients(1500, 11)
    dead = ((people["days"] <= 30) & (people["died"] == 1)).astype(int)
    for reader in ("curb65", "severity"):
        assert area_under_roc(people[reader], dead) == pytest.approx(roc_auc_score(dead, people[reader]))
        # lifelines counts pairs of equal times otherwise only where both died: rare here, not absent
        theirs = concordance_index(people["days"], -people[reader], people["died"])
        assert harrell_c(people[reader], people["days"], people["died"]) == pytest.approx(theirs, abs=2e-3)


def test_logistic_regression_agrees_with_scikit_learn():
    people = simulate_patients(4000, 12)
    dead = ((people["days"] <= 30) & (people["died"] == 1)).to_numpy()
    features = people[["severity", "curb65"]].to_numpy(dtype=float)
    theirs = LogisticRegression(C=np.inf, tol=1e-10, max_iter=500).fit(features, dead)
    assert fit_logistic(features, dead)[1:] == pytest.approx(theirs.coef_[0], rel=1e-4)


def test_the_truth_resembles_the_published_study(truth: Truth):
    # CURB-65 0.65-0.69 and the image model 0.75-0.79 in the source document's three cohorts
    for site in ("home", "A", "B"):
        assert 0.66 < truth.value(site, "curb65", "auroc") < 0.70
        assert 0.76 < truth.value(site, "severity", "auroc") < 0.81
        for measure in ("auroc", "harrell_c"):
            both = truth.value(site, "both", measure)
            assert both > truth.value(site, "severity", measure) + 0.03
            assert both > truth.value(site, "curb65", measure) + 0.1
    assert truth.value("A", "severity", "auroc") < truth.value("B", "severity", "auroc")
    assert all(0 < entry.se < 0.003 for entry in truth.measures)


@pytest.mark.parametrize("site", ["home", "A", "B"])
def test_fresh_cohorts_of_10000_lie_within_three_standard_errors(truth: Truth, site: str):
    _, severity_slope, points_slope = truth.coefficients
    rows = []
    for seed in range(50, 58):
        people = simulate_patients(10_000, seed, site).dropna()  # complete cases, as a program sees them
        dead = (people["days"] <= 30) & (people["died"] == 1)
        both = severity_slope * people["severity"] + points_slope * people["curb65"]
        rows += [
            (area_under_roc(score, dead), harrell_c(score, people["days"], people["died"]))
            for score in (people["curb65"], people["severity"], both)
        ]
    values = np.array(rows).reshape(8, 3, 2)
    spread = values.std(axis=0, ddof=1)
    for column, reader in enumerate(("curb65", "severity", "both")):
        for place, measure in enumerate(("auroc", "harrell_c")):
            off = values[:, column, place].mean() - truth.value(site, reader, measure)
            # 18 such comparisons over the three hospitals, and the truth has an error of its own
            assert abs(off) < 3.5 * spread[column, place] / np.sqrt(8) + 0.001
            assert spread[column, place] < 0.012


def test_too_few_patients_for_a_truth_are_refused():
    with pytest.raises(HilumError, match="cannot tell the truth"):
        true_performance(100)


def test_looking_up_an_unknown_reader_names_the_known(truth: Truth):
    with pytest.raises(HilumError, match="curb65, severity, both"):
        truth.value("home", "psi", "auroc")
