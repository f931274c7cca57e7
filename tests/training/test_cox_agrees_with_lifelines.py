"""Cox's regression with Efron's ties against lifelines' CoxPHFitter and scikit-survival's."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import CoxPHFitter

from hilum.training.cox import CoxLoss, RiskSets, baseline_hazard, calibration_slope
from hilum.training.ridge import fit_ridge, fit_with_penalty


def follow_up(n=250, seed=0):
    """Whole days, so that there are many ties."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 5))
    X = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    time = np.ceil(rng.exponential(12 * np.exp(-0.8 * X[:, 0] + 0.4 * X[:, 1])))
    event = (rng.random(n) < 0.7).astype(float)
    return X, time, event


@pytest.mark.parametrize("penalizer", [0.0, 0.05, 0.5])
def test_coefficients_likelihood_and_baseline_are_those_of_lifelines(penalizer):
    X, time, event = follow_up()
    fitted = CoxPHFitter(penalizer=penalizer).fit(
        pd.DataFrame(X).assign(time=time, event=event), "time", "event"
    )
    # lifelines penalises the mean log-likelihood, hilum the sum.
    fit = fit_with_penalty(X, CoxLoss(time, event), np.array([penalizer * len(time)]))
    np.testing.assert_allclose(fit.weights[:, 0], fitted.params_.to_numpy(), atol=2e-6)
    value, _ = RiskSets.of(time, event == 1).efron(fit.outputs(X)[:, 0])
    penalty = penalizer * len(time) * float((fit.weights**2).sum()) / 2
    assert value - penalty == pytest.approx(fitted.log_likelihood_, abs=1e-5)
    expected = fitted.baseline_survival_["baseline survival"]
    at = expected.index.to_numpy(dtype=float)
    hazard = baseline_hazard(fit.outputs(X)[:, 0], time, event == 1, at)
    np.testing.assert_allclose(np.exp(-hazard), expected.to_numpy(), atol=1e-6)


def test_scikit_survival_says_the_same():
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.util import Surv

    X, time, event = follow_up(seed=1)
    other = CoxPHSurvivalAnalysis(alpha=20.0, ties="efron", tol=1e-12).fit(
        X, Surv.from_arrays(event == 1, time)
    )
    fit = fit_with_penalty(X, CoxLoss(time, event), np.array([20.0]))
    np.testing.assert_allclose(fit.weights[:, 0], other.coef_, atol=2e-6)


@given(st.lists(st.tuples(st.integers(1, 6), st.booleans()), min_size=1, max_size=25), st.integers(0, 99))
def test_the_gradient_is_that_of_the_likelihood(rows, seed):
    time, happened = np.array([float(t) for t, _ in rows]), np.array([e for _, e in rows])
    outputs = np.random.default_rng(seed).normal(size=len(rows))
    risk = RiskSets.of(time, happened)
    _, gradient = risk.efron(outputs)
    assert gradient.sum() == pytest.approx(0, abs=1e-9)
    for place in range(len(rows)):
        step = np.zeros(len(rows))
        step[place] = 1e-5
        slope = (risk.efron(outputs + step)[0] - risk.efron(outputs - step)[0]) / 2e-5
        assert gradient[place] == pytest.approx(slope, abs=1e-5)


@given(st.lists(st.tuples(st.integers(1, 6), st.booleans()), min_size=1, max_size=25), st.integers(0, 99))
def test_as_many_events_are_expected_as_there_were(rows, seed):
    time, happened = np.array([float(t) for t, _ in rows]), np.array([e for _, e in rows])
    outputs = np.random.default_rng(seed).normal(size=len(rows))
    expected = (baseline_hazard(outputs, time, happened, time) * np.exp(outputs)).sum()
    assert expected == pytest.approx(happened.sum())


def test_a_competing_event_ends_follow_up_and_has_its_own_hazard():
    X, time, event = follow_up(seed=2)
    event = np.where((event == 0) & (np.arange(len(time)) % 2 == 0), 2.0, event)
    both = fit_with_penalty(X, CoxLoss(time, event, causes=2), np.array([3.0, 5.0]))
    for cause, penalty in ((1, 3.0), (2, 5.0)):
        alone = fit_with_penalty(X, CoxLoss(time, (event == cause).astype(float)), np.array([penalty]))
        np.testing.assert_allclose(both.weights[:, cause - 1], alone.weights[:, 0], atol=1e-4)


def test_the_penalty_is_the_one_with_the_best_cross_validated_partial_likelihood():
    """Verweij & van Houwelingen's sum, written out, with each fold fitted by itself."""
    X, time, event = follow_up(n=120, seed=3)
    fold = np.arange(120) % 3
    fit = fit_ridge(X, CoxLoss(time, event), fold)
    whole = RiskSets.of(time, event == 1)
    total = 0.0
    for number in range(3):
        kept = fold != number
        alone = fit_with_penalty(X[kept], CoxLoss(time[kept], event[kept]), fit.penalties)
        beta = alone.weights[:, 0]
        part, _ = RiskSets.of(time[kept], event[kept] == 1).efron(X[kept] @ beta)
        total += whole.efron(X @ beta)[0] - part
    assert fit.tried.min() == pytest.approx(-total / 120, abs=1e-3)
    assert fit.tried.min() < fit.tried[0] - 0.01


def test_the_slope_is_that_of_lifelines_with_one_coefficient():
    X, time, event = follow_up(n=600, seed=4)
    fitted = CoxPHFitter().fit(
        pd.DataFrame({"half": 0.4 * X[:, 0], "time": time, "event": event}), "time", "event"
    )
    slope = calibration_slope(0.4 * X[:, 0], time, event == 1)
    # The prior of mean 1 pulls hardly, with this many events.
    assert slope == pytest.approx(fitted.params_["half"], abs=0.03)
    assert slope > 1.5


def test_shrunken_hazards_overstate_risks_and_stretched_ones_do_not():
    """Hazards that are half as far apart as they should be; the baseline alone cannot make up for it."""
    rng = np.random.default_rng(5)
    severity = rng.uniform(-1.5, 1.5, 4000)
    death, end = rng.exponential(25 * np.exp(-severity)), rng.uniform(40, 100, 4000)
    time, happened = np.minimum(death, end), death <= end
    outputs = severity / 2
    slope = calibration_slope(outputs, time, happened)
    assert slope == pytest.approx(2, abs=0.1)

    def mean_risk(linear):
        hazard = baseline_hazard(linear, time, happened, np.array([30.0]))
        return (1 - np.exp(-hazard * np.exp(linear))).mean()

    observed = (death <= 30).mean()
    assert mean_risk(outputs) > observed + 0.02
    assert mean_risk(slope * outputs) == pytest.approx(observed, abs=0.005)
