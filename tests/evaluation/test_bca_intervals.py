"""Bias-corrected and accelerated bootstrap intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import bootstrap

from hilum.evaluation import EvaluationOptions, evaluate
from hilum.evaluation.common.estimates import Z95
from hilum.evaluation.common.resampling import PatientDraws, bca_estimate, bca_interval


def jackknife_of_mean(values):
    return (values.sum() - values) / (len(values) - 1)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_the_same_samples_give_the_interval_of_scipy(seed):
    values = np.random.default_rng(seed).exponential(size=40)
    theirs = bootstrap(
        (values,), np.mean, n_resamples=999, method="BCa", vectorized=True, rng=np.random.default_rng(1)
    )
    ours = bca_interval(float(values.mean()), theirs.bootstrap_distribution, jackknife_of_mean(values))
    assert ours == pytest.approx(tuple(theirs.confidence_interval), abs=1e-9)


def test_two_samples_as_scipy():
    rng = np.random.default_rng(4)
    first, second = rng.exponential(size=30), rng.exponential(size=50) * 2

    def apart(a, b, axis=-1):
        return a.mean(axis=axis) - b.mean(axis=axis)

    theirs = bootstrap(
        (first, second), apart, n_resamples=999, method="BCa", vectorized=True, rng=np.random.default_rng(1)
    )
    left_out = (jackknife_of_mean(first) - second.mean(), first.mean() - jackknife_of_mean(second))
    ours = bca_interval(float(apart(first, second)), theirs.bootstrap_distribution, *left_out)
    assert ours == pytest.approx(tuple(theirs.confidence_interval), abs=1e-9)


def test_by_hand():
    # 40 of 100 samples lie below the value: z0 = -0.2533471; influences -1, -1, 2: a = 6 / (6 * 6 ** 1.5).
    draws = np.arange(1.0, 101.0)
    bias, acceleration = -0.2533471031357997, 6 / (6 * 6**1.5)
    share = [ndtr(bias + (bias + z) / (1 - acceleration * (bias + z))) for z in (-Z95, Z95)]
    expected = np.quantile(draws, share)
    assert bca_interval(40.5, draws, np.array([1.0, 1.0, 0.0])) == pytest.approx(tuple(expected))


def test_without_bias_and_skew_it_is_the_percentile_interval():
    draws = np.linspace(-1, 1, 2001)
    assert bca_interval(0.0, draws, np.array([-1.0, 1.0])) == pytest.approx((-0.95, 0.95))


def test_where_all_samples_lie_on_one_side_the_percentile_interval_stands():
    estimate = bca_estimate(1.0, np.linspace(0.5, 0.9, 200), (np.array([0.9, 1.0]),))
    assert estimate.method == "bootstrap_percentile"


def test_the_jackknife_leaves_out_patients_with_all_their_cases():
    patient, outcome = np.array([0, 0, 1, 2, 3]), np.array([True, False, True, False, False])
    draws = PatientDraws(patient, outcome, 100, (1,))
    ill, well = draws.jackknife(lambda weights: weights @ np.arange(5.0)[:, None])
    assert sorted(ill[:, 0]) == [8.0, 9.0]
    assert sorted(well[:, 0]) == [6.0, 7.0]


def test_groups_of_patients_find_nearly_the_same_interval(monkeypatch):
    rng = np.random.default_rng(2)
    values = rng.exponential(size=900) ** 2
    draws = PatientDraws(np.arange(900), np.ones(900, dtype=bool), 400, (3,))

    def mean(weights):
        return (weights @ values / weights.sum(axis=1))[:, None]

    samples, (singly,) = draws.apply(mean)[:, 0], draws.jackknife(mean)
    monkeypatch.setattr("hilum.evaluation.common.resampling.SINGLY_LEFT_OUT", 500)
    monkeypatch.setattr("hilum.evaluation.common.resampling.GROUPS", 300)
    (grouped,) = draws.jackknife(mean)
    assert (len(singly), len(grouped)) == (900, 300)
    one, other = (bca_interval(float(values.mean()), samples, found[:, 0]) for found in (singly, grouped))
    assert one == pytest.approx(other, abs=0.1 * (one[1] - one[0]))


def test_an_evaluation_on_request(cohort):
    truth, *readings = cohort
    plain = evaluate(readings, truth, EvaluationOptions(bootstrap=200))
    asked = evaluate(readings, truth, EvaluationOptions(bootstrap=200, bootstrap_interval="bca"))
    for measure in ("auprc", "f1"):
        before, after = (result.find("model", "test", measure) for result in (plain, asked))
        assert (before.method, after.method) == ("bootstrap_percentile", "bootstrap_bca")
        assert (before.value, before.se) == (after.value, after.se)
        assert (before.low, before.high) != (after.low, after.high)
        assert after.low < after.value < after.high
