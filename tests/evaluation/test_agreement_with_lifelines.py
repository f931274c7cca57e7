"""The same numbers as lifelines where both do the same: curves, log-rank, concordance, Cox regression."""

import warnings

import lifelines
import numpy as np
import pandas as pd
import pytest
from lifelines.statistics import multivariate_logrank_test

from hilum.evaluation import FollowUp, harrell_c, kaplan_meier, log_rank
from hilum.evaluation.measures.cox_slope import cox_slope
from hilum.evaluation.measures.incidence import aalen_johansen

SEEDS = range(4)


def _survival(seed, n=250, step=1.0):
    rng = np.random.default_rng(seed)
    risk = np.round(rng.normal(size=n), 1)
    time = np.ceil(rng.exponential(60 * np.exp(-risk)) / step) * step
    censored = np.ceil(rng.exponential(120, n) / step) * step
    return risk, np.minimum(time, censored), (time <= censored).astype(int)


@pytest.mark.parametrize("step", [1.0, 20.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_kaplan_meier(seed, step):
    _, time, event = _survival(seed, step=step)
    fitted = lifelines.KaplanMeierFitter().fit(time, event)
    curve = kaplan_meier(time, event)
    assert np.allclose(curve.survival, fitted.survival_function_.to_numpy()[1:, 0])
    limits = fitted.confidence_interval_.to_numpy()[1:]
    defined = ~np.isnan(curve.low)
    assert defined.any()
    assert np.allclose(curve.low[defined], limits[defined, 0], atol=1e-9)
    assert np.allclose(curve.high[defined], limits[defined, 1], atol=1e-9)
    assert curve.median().value == pytest.approx(fitted.median_survival_time_)


@pytest.mark.parametrize("seed", SEEDS)
def test_log_rank(seed):
    risk, time, event = _survival(seed)
    group = np.digitize(risk, [-0.5, 0.5])
    expected = multivariate_logrank_test(time, group, event)
    result = log_rank(time, event, group)
    assert result.statistic == pytest.approx(expected.test_statistic, rel=1e-9)
    assert result.p == pytest.approx(expected.p_value, rel=1e-6)


@pytest.mark.parametrize("step", [1.0, 20.0])
@pytest.mark.parametrize("n", [12, 250, 2000])
@pytest.mark.parametrize("seed", SEEDS)
def test_harrells_c_with_ties_of_risk_and_time(seed, n, step):
    risk, time, event = _survival(seed, n, step)
    expected = lifelines.utils.concordance_index(time, -risk, event)
    assert harrell_c(risk, FollowUp.of(time, event)).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("step", [1.0, 20.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_cox_regression_with_efrons_ties(seed, step):
    risk, time, event = _survival(seed, step=step)
    frame = pd.DataFrame({"risk": risk, "time": time, "event": event})
    fitted = lifelines.CoxPHFitter().fit(frame, "time", "event", fit_options={"precision": 1e-12})
    found = cox_slope(risk, FollowUp.of(time, event))
    assert found.value == pytest.approx(fitted.params_["risk"], rel=1e-6)
    assert found.se == pytest.approx(fitted.standard_errors_["risk"], rel=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_aalen_johansen_where_no_times_are_equal(seed):
    # lifelines draws the order of equal times at random; here no two are equal.
    rng = np.random.default_rng(seed)
    time, code = rng.exponential(100, 120), rng.integers(0, 3, 120)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = lifelines.AalenJohansenFitter(calculate_variance=True).fit(time, code, event_of_interest=1)
    found = aalen_johansen(time, code)
    expected = fitted.cumulative_density_.to_numpy()[1:, 0]
    assert np.allclose(found.incidence, expected, rtol=0, atol=1e-12)
    assert np.allclose(found.se[:-1] ** 2, fitted.variance_.to_numpy()[1:-1].ravel(), rtol=0, atol=1e-9)
