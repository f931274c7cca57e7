"""Kappa, Fleiss' kappa and Krippendorff's alpha: the papers' own tables, other programs, gaps, patients."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import inter_rater

from hilum.errors import MeasureError
from hilum.evaluation.measures.cohen_kappa import as_agreement, cohen_kappa, cohen_kappa_from_table
from hilum.evaluation.measures.fleiss_kappa import fleiss_kappa
from hilum.evaluation.measures.krippendorff_alpha import krippendorff_alpha

# Cohen 1960 and 1968: 200 cases, proportions .44 .07 .09 / .05 .20 .05 / .01 .03 .06.
COHEN = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
# Fleiss 1971, table 1: 30 patients, 6 psychiatrists, 5 diagnoses (depression, personality disorder,
# schizophrenia, neurosis, other).
FLEISS = np.array(
    [
        [0, 0, 0, 6, 0],
        [0, 3, 0, 0, 3],
        [0, 1, 4, 0, 1],
        [0, 0, 0, 0, 6],
        [0, 3, 0, 3, 0],
        [2, 0, 4, 0, 0],
        [0, 0, 4, 0, 2],
        [2, 0, 3, 1, 0],
        [2, 0, 0, 4, 0],
        [0, 0, 0, 0, 6],
        [1, 0, 0, 5, 0],
        [1, 1, 0, 4, 0],
        [0, 3, 3, 0, 0],
        [1, 0, 0, 5, 0],
        [0, 2, 0, 3, 1],
        [0, 0, 5, 0, 1],
        [3, 0, 0, 1, 2],
        [5, 1, 0, 0, 0],
        [0, 2, 0, 4, 0],
        [1, 0, 2, 0, 3],
        [0, 0, 0, 0, 6],
        [0, 1, 0, 5, 0],
        [0, 2, 0, 1, 3],
        [2, 0, 0, 4, 0],
        [1, 0, 0, 4, 1],
        [0, 5, 0, 1, 0],
        [4, 0, 0, 0, 2],
        [0, 2, 0, 4, 0],
        [1, 0, 5, 0, 0],
        [0, 0, 0, 0, 6],
    ]
)
_ = np.nan
# Krippendorff 2011, example C: 4 observers, 12 units, gaps.
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
)


def _calls(seed=0, n=200, classes=4):
    rng = np.random.default_rng(seed)
    truth = rng.integers(classes, size=n)
    near = np.clip(truth + rng.integers(-1, 2, size=n), 0, classes - 1)
    return truth, np.where(rng.random(n) < 0.6, truth, near)


def test_cohens_own_examples():
    assert round(cohen_kappa_from_table(COHEN).value, 3) == 0.492
    # Cohen 1968: disagreement weights 0 1 3 / 1 0 6 / 3 6 0 give .348.
    apart = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])
    assert round(cohen_kappa_from_table(COHEN, 1 - apart / 6).value, 3) == 0.348


def test_large_sample_errors_are_those_of_statsmodels():
    for weights in (None, "linear", "quadratic"):
        apart = None if weights is None else np.abs(np.subtract.outer(np.arange(3), np.arange(3))) / 2.0
        apart = apart**2 if weights == "quadratic" else apart
        expected = inter_rater.cohens_kappa(COHEN, weights=apart)
        found = cohen_kappa_from_table(COHEN, weights)
        assert found.value == pytest.approx(expected.kappa)
        assert found.se == pytest.approx(expected.std_kappa)
        assert found.statistic == pytest.approx(expected.z_value)
        assert as_agreement(found).p == pytest.approx(expected.pvalue_two_sided)


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_kappa_of_two_readers_is_that_of_scikit_learn(weights):
    first, second = _calls()
    expected = cohen_kappa_score(first, second, weights=weights)
    assert cohen_kappa(first, second, weights=weights).value == pytest.approx(expected)
    assert cohen_kappa(second, first, weights=weights).value == pytest.approx(expected)


def test_quadratic_weights_are_nearly_the_intraclass_correlation():
    from hilum.evaluation.measures.intraclass_correlation import intraclass_correlation

    first, second = _calls(n=3000)
    icc = intraclass_correlation(np.stack([first, second], axis=1).astype(float))
    assert cohen_kappa(first, second, weights="quadratic").value == pytest.approx(icc.value, abs=1e-3)


def test_five_copies_of_a_case_are_one_patient():
    first, second = _calls()
    patient = np.arange(len(first))
    once = cohen_kappa(first, second)
    copied = cohen_kappa(np.repeat(first, 5), np.repeat(second, 5), np.repeat(patient, 5))
    assert copied.method == "cohen_kappa_clustered_wald"
    assert (copied.value, copied.se) == pytest.approx((once.value, once.se), rel=0.01)
    counts = np.stack([(first == k).astype(int) + (second == k) for k in range(4)], axis=1)
    once, copied = fleiss_kappa(counts), fleiss_kappa(np.repeat(counts, 5, axis=0), np.repeat(patient, 5))
    assert (copied.value, copied.se) == pytest.approx((once.value, once.se))
    both = np.stack([first, second]).astype(float)
    once = krippendorff_alpha(both, samples=2000)
    copied = krippendorff_alpha(np.repeat(both, 5, axis=1), patient=np.repeat(patient, 5), samples=2000)
    assert copied.se == pytest.approx(once.se, rel=0.1)


def test_fleiss_own_example():
    found = fleiss_kappa(FLEISS)
    assert round(found.value, 3) == 0.430
    # R's irr::kappam.fleiss prints z = 17.7 for these data (variance of Fleiss, Nee & Landis 1979).
    assert round(found.statistic, 1) == 17.7
    assert found.value == pytest.approx(inter_rater.fleiss_kappa(FLEISS))
    assert found.low < 0.430 < found.high


def test_the_order_of_readers_and_of_cases_does_not_matter():
    order = np.random.default_rng(1).permutation(len(FLEISS))
    here, there = fleiss_kappa(FLEISS), fleiss_kappa(FLEISS[order][:, ::-1])
    assert (here.value, here.se) == pytest.approx((there.value, there.se))
    table = KRIPPENDORFF[::-1][:, ::-1]
    for level in ("nominal", "ordinal", "interval"):
        here, there = (krippendorff_alpha(one, level, samples=200) for one in (KRIPPENDORFF, table))
        assert here.value == pytest.approx(there.value)


@pytest.mark.parametrize(("level", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorffs_own_example(level, value):
    found = krippendorff_alpha(KRIPPENDORFF, level)
    assert round(found.value, 3) == value
    assert found.low < value < found.high <= 1


def test_alpha_by_all_pairs_of_readings():
    """The definition itself, pair by pair."""
    units = [column[np.isfinite(column)] for column in KRIPPENDORFF.T]
    units = [unit for unit in units if len(unit) > 1]
    every = np.concatenate(units)
    apart = [np.sum(np.subtract.outer(unit, unit) ** 2) / (len(unit) - 1) for unit in units]
    observed = sum(apart) / len(every)
    expected = np.sum(np.subtract.outer(every, every) ** 2) / (len(every) * (len(every) - 1))
    found = krippendorff_alpha(KRIPPENDORFF, "interval", samples=0)
    assert found.value == pytest.approx(1 - observed / expected)


def test_alpha_of_two_readers_without_gaps_is_nearly_fleiss_kappa():
    first, second = _calls(n=3000)
    counts = np.stack([(first == k).astype(int) + (second == k) for k in range(4)], axis=1)
    both = np.stack([first, second]).astype(float)
    assert krippendorff_alpha(both, samples=0).value == pytest.approx(fleiss_kappa(counts).value, abs=1e-3)


def test_intervals_of_kappas_are_those_of_chance():
    rng, kappas, fleiss, alphas = np.random.default_rng(2), [], [], []
    for _ in range(200):
        truth = rng.random(150) < 0.3
        calls = np.stack([np.where(rng.random(150) < 0.85, truth, ~truth) for _ in range(3)]).astype(int)
        kappas.append(cohen_kappa(calls[0], calls[1]))
        fleiss.append(fleiss_kappa(np.stack([3 - calls.sum(axis=0), calls.sum(axis=0)], axis=1)))
        alphas.append(krippendorff_alpha(calls.astype(float), samples=200))
    for found in (kappas, fleiss, alphas):
        scatter = np.std([one.value for one in found])
        assert np.median([one.se for one in found]) == pytest.approx(scatter, rel=0.2)


def test_many_cases_take_seconds():
    import time

    rng = np.random.default_rng(3)
    calls = (rng.random((3, 300_000)) < 0.3).astype(float)
    start = time.perf_counter()
    cohen_kappa(calls[0].astype(int), calls[1].astype(int))
    krippendorff_alpha(calls, samples=1000)
    fleiss_kappa(np.stack([3 - calls.sum(axis=0), calls.sum(axis=0)], axis=1))
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: cohen_kappa_from_table(np.array([[5, 0], [0, 0]])),
        lambda: cohen_kappa_from_table(np.array([[5, 1, 2], [0, 0, 1]])),
        lambda: cohen_kappa_from_table(np.array([[5, -1], [0, 2]])),
        lambda: cohen_kappa_from_table(np.zeros((2, 2))),
        lambda: cohen_kappa_from_table(COHEN, "cubic"),
        lambda: cohen_kappa(np.array([0, 1]), np.array([0, 1, 1])),
        lambda: cohen_kappa(np.array([0.0, np.nan]), np.array([0, 1])),
        lambda: fleiss_kappa(np.array([[3, 0], [2, 0]])),
        lambda: fleiss_kappa(np.array([[3, 0], [3, 0]])),
        lambda: krippendorff_alpha(np.array([[1.0, np.nan], [np.nan, 2.0]])),
        lambda: krippendorff_alpha(np.ones((2, 5))),
        lambda: krippendorff_alpha(np.array([[1.0, np.inf], [1.0, 2.0]])),
    ],
)
def test_what_is_not_defined_is_said_in_a_sentence(wrong):
    with pytest.raises(MeasureError, match=": "):
        wrong()
