"""The same numbers as scikit-learn, statsmodels, lifelines and scikit-survival, where they do the same."""

import lifelines
import numpy as np
import pytest
import sklearn.metrics
import statsmodels.api as sm
from lifelines.statistics import multivariate_logrank_test
from sksurv.metrics import brier_score, concordance_index_censored, cumulative_dynamic_auc
from sksurv.util import Surv
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

from hilum.evaluation import (
    FollowUp,
    auc_t,
    auroc,
    average_precision,
    brier_t,
    calibration_in_the_large,
    calibration_slope,
    clopper_pearson,
    harrell_c,
    kaplan_meier,
    log_rank,
    mcnemar_exact,
    roc_curve,
    wilson,
)
from hilum.evaluation.measures.concordance import weighted_harrell_c
from hilum.evaluation.common.weighted import OrderedScores

SEEDS = range(5)


def _binary(seed, n=300):
    rng = np.random.default_rng(seed)
    label = rng.random(n) < 0.3
    return np.round(rng.normal(size=n) + label, 1 if seed % 2 else 6), label


def _survival(seed, n=250, step=1.0):
    rng = np.random.default_rng(seed)
    risk = np.round(rng.normal(size=n), 1)
    time = np.ceil(rng.exponential(60 * np.exp(-risk)) / step) * step
    censored = np.ceil(rng.exponential(120, n) / step) * step
    return risk, np.minimum(time, censored), (time <= censored).astype(int)


@pytest.mark.parametrize("seed", SEEDS)
def test_areas_as_scikit_learn(seed):
    score, label = _binary(seed)
    assert auroc(score, label).value == pytest.approx(sklearn.metrics.roc_auc_score(label, score), abs=1e-12)
    expected = sklearn.metrics.average_precision_score(label, score)
    assert average_precision(score, label) == pytest.approx(expected, abs=1e-12)
    fpr, tpr, _ = sklearn.metrics.roc_curve(label, score, drop_intermediate=False)
    curve = roc_curve(score, label)
    assert np.allclose(curve.x, fpr)
    assert np.allclose(curve.y, tpr)


@pytest.mark.parametrize("seed", SEEDS)
def test_weighted_areas_as_scikit_learn(seed):
    score, label = _binary(seed)
    weights = np.random.default_rng(seed).poisson(1.0, (3, len(label))).astype(float)
    roc, precision = OrderedScores.of(score, label).areas(weights)
    for row, weight in enumerate(weights):
        expected = sklearn.metrics.roc_auc_score(label, score, sample_weight=weight)
        assert roc[row] == pytest.approx(expected, abs=1e-12)
        expected = sklearn.metrics.average_precision_score(label, score, sample_weight=weight)
        assert precision[row] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("hits", "total"), [(0, 7), (3, 7), (7, 7), (281, 300), (1, 1)])
def test_shares_as_statsmodels(hits, total):
    mine = wilson(hits, total)
    assert (mine.low, mine.high) == pytest.approx(proportion_confint(hits, total, method="wilson"), abs=1e-12)
    exact = clopper_pearson(hits, total)
    expected = proportion_confint(hits, total, method="beta")
    assert (exact.low, exact.high) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(("b", "c"), [(1, 0), (9, 4), (30, 12), (0, 8), (100, 140)])
def test_mcnemar_as_statsmodels(b, c):
    assert mcnemar_exact(b, c) == pytest.approx(mcnemar([[5, b], [c, 7]], exact=True).pvalue, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_recalibration_as_statsmodels(seed):
    score, label = _binary(seed)
    probability = 1 / (1 + np.exp(-(score - 1)))
    logit = np.log(probability / (1 - probability))
    family = sm.families.Binomial()
    fit = sm.GLM(label.astype(float), sm.add_constant(logit), family=family).fit(tol=1e-13)
    slope = calibration_slope(probability, label)
    assert (slope.value, slope.se) == pytest.approx((fit.params[1], fit.bse[1]), rel=1e-6)
    fit = sm.GLM(label.astype(float), np.ones(len(label)), family=family, offset=logit).fit(tol=1e-13)
    large = calibration_in_the_large(probability, label)
    assert (large.value, large.se) == pytest.approx((fit.params[0], fit.bse[0]), rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("step", [1.0, 20.0])
def test_harrell_c_as_scikit_survival_with_ties(seed, step):
    risk, time, event = _survival(seed, step=step)
    expected = concordance_index_censored(event == 1, time, risk)[0]
    follow_up = FollowUp.of(time, event)
    assert harrell_c(risk, follow_up).value == pytest.approx(expected, abs=1e-12)
    assert weighted_harrell_c(risk, follow_up, np.ones((1, len(risk))))[0] == pytest.approx(
        expected, abs=1e-12
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_of_the_bootstrap_stand_for_repeated_cases(seed):
    # A patient drawn twice makes a pair with himself that cannot be compared: equal times, both events.
    risk, time, event = _survival(seed)
    times = np.random.default_rng(seed).poisson(1.0, len(risk))
    expected = concordance_index_censored(
        np.repeat(event == 1, times), np.repeat(time, times), np.repeat(risk, times)
    )[0]
    found = weighted_harrell_c(risk, FollowUp.of(time, event), times[None, :].astype(float))[0]
    assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_kaplan_meier_as_lifelines(seed):
    _, time, event = _survival(seed)
    fitted = lifelines.KaplanMeierFitter().fit(time, event)
    curve = kaplan_meier(time, event)
    assert np.allclose(curve.survival, fitted.survival_function_.to_numpy()[1:, 0])
    limits = fitted.confidence_interval_.to_numpy()[1:]
    defined = ~np.isnan(curve.low)
    assert np.allclose(curve.low[defined], limits[defined, 0], atol=1e-9)
    assert np.allclose(curve.high[defined], limits[defined, 1], atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_log_rank_as_lifelines(seed):
    risk, time, event = _survival(seed)
    group = np.digitize(risk, [-0.5, 0.5])
    expected = multivariate_logrank_test(time, group, event)
    result = log_rank(time, event, group)
    assert result.statistic == pytest.approx(expected.test_statistic, rel=1e-9)
    assert result.p == pytest.approx(expected.p_value, rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_weighted_horizon_measures_as_scikit_survival_without_ties(seed):
    rng = np.random.default_rng(seed)
    risk, n = rng.normal(size=250), 250
    event_time, censored = rng.exponential(60 * np.exp(-risk)), rng.exponential(120, n)
    time, event = np.minimum(event_time, censored), event_time <= censored
    outcome, follow_up = Surv.from_arrays(event, time), FollowUp.of(time, event)
    expected = cumulative_dynamic_auc(outcome, outcome, risk, [40.0])[0][0]
    assert auc_t(risk, follow_up, 40.0).value == pytest.approx(expected, abs=1e-9)
    probability = 1 / (1 + np.exp(-risk))
    expected = brier_score(outcome, outcome, 1 - probability, [40.0])[1][0]
    assert brier_t(probability, follow_up, 40.0).value == pytest.approx(expected, abs=1e-9)
