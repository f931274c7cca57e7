"""Brier scores against their null, over a grid; the Cox calibration slope; net benefit at a horizon."""

import lifelines
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sksurv.datasets import load_whas500
from sksurv.metrics import integrated_brier_score
from sksurv.util import Surv

from hilum.errors import MeasureError
from hilum.evaluation.measures.benefit import net_benefit
from hilum.evaluation.measures.censoring import observed_over_expected
from hilum.evaluation.measures.censoring_weights import ipcw_of_weights
from hilum.evaluation.measures.cox_slope import calibration_slope_t, cox_slope
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.incidence import aalen_johansen, observed_by, weighted_incidence
from hilum.evaluation.measures.survival_benefit import (
    net_benefit_t,
    net_benefit_t_difference,
    weighted_net_benefit_t,
)
from hilum.evaluation.measures.survival_brier import (
    brier_null_t,
    brier_t,
    brier_t_difference,
    integrated_brier,
    scaled_brier_t,
    weighted_brier_null_t,
    weighted_brier_t,
)
from hilum.evaluation.measures.survival_curves import kaplan_meier

seeds = st.integers(0, 10_000)
few = settings(max_examples=30, deadline=None)


@pytest.fixture(scope="module")
def whas500():
    table, outcome = load_whas500()
    return table["age"].to_numpy(float), FollowUp.of(outcome["lenfol"], outcome["fstat"])


def _cases(seed, n=120, step=5.0, causes=1):
    rng = np.random.default_rng(seed)
    risk = np.round(rng.normal(size=n), 1)
    times = [rng.exponential(100, n), rng.exponential(60 * np.exp(-risk)), rng.exponential(150, n)]
    stacked = np.stack(times[: causes + 1])
    stacked = np.ceil(stacked / step) * step if step else stacked
    event, time = stacked.argmin(axis=0), stacked.min(axis=0)
    time[:3], event[:3] = (10, 900, 12), (1, 0, 1)
    return risk, FollowUp.of(time, event)


@pytest.mark.parametrize(
    ("day", "brier", "null"), [(365, 0.175950141, 0.199824), (730, 0.184903447, 0.229955201)]
)
def test_whas500_against_the_null_of_risk_regression(whas500, day, brier, null):
    # R riskRegression::Score of r(t) = 1 - exp(-t/2500 exp(.07 (age - 70))), its null model Kaplan-Meier's.
    age, follow_up = whas500
    risk = 1 - np.exp(-day / 2500 * np.exp(0.07 * (age - 70)))
    assert brier_null_t(follow_up, day).value == pytest.approx(null, abs=5e-10)
    assert scaled_brier_t(risk, follow_up, day).value == pytest.approx(1 - brier / null, abs=5e-9)


@few
@given(seeds, st.sampled_from([1, 2]))
def test_the_null_is_that_of_the_share_with_the_event(seed, causes):
    _, follow_up = _cases(seed, causes=causes)
    share = observed_by(follow_up, 40).value
    assert brier_null_t(follow_up, 40).value == pytest.approx(share * (1 - share), abs=1e-12)
    # With the share itself as prediction nothing is explained.
    assert scaled_brier_t(np.full(120, share), follow_up, 40).value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_integrated_as_scikit_survival_without_ties(seed):
    risk, follow_up = _cases(seed, step=None)
    outcome = Surv.from_arrays(follow_up.event == 1, follow_up.time)
    grid = np.array([10.0, 20.0, 35.0, 60.0])
    probability = 1 - np.exp(-grid / 60 * np.exp(risk[:, None]))
    expected = integrated_brier_score(outcome, outcome, 1 - probability, grid)
    estimate = integrated_brier(probability, follow_up, grid)
    assert estimate.value == pytest.approx(expected, abs=1e-12)


def test_a_grid_of_one_brier_score_repeated_is_that_score():
    risk, follow_up = _cases(1)
    p = 1 / (1 + np.exp(-risk))
    grid = np.array([40.0, 40.0 + 1e-9])
    two = integrated_brier(np.stack([p, p], axis=1), follow_up, grid)
    one = brier_t(p, follow_up, 40)
    assert (two.value, two.se) == pytest.approx((one.value, one.se), rel=1e-6)


@pytest.mark.parametrize(
    ("grid", "said"),
    [([30.0], "two days or more"), ([40.0, 30.0], "ascending"), ([10.0, 20.0, 30.0], "each of the 3 days")],
)
def test_a_grid_that_cannot_be_integrated_is_refused(grid, said):
    _, follow_up = _cases(1)
    with pytest.raises(MeasureError, match=said):
        integrated_brier(np.full((120, 2), 0.3), follow_up, np.array(grid))


@few
@given(seeds, st.sampled_from([1, 2]))
def test_weights_of_the_bootstrap_are_repeated_cases(seed, causes):
    risk, follow_up = _cases(seed, causes=causes)
    times = np.random.default_rng(seed).poisson(1.0, 120)
    times[:3] = 1
    many, p = follow_up.of_rows(np.repeat(np.arange(120), times)), 1 / (1 + np.exp(-risk))
    more, weights = np.repeat(p, times), times[None, :].astype(float)
    ipcw, happened = ipcw_of_weights(follow_up, 40, weights), (follow_up.event == 1) & (follow_up.time <= 40)
    assert weighted_brier_t(p, happened, ipcw, weights)[0] == pytest.approx(brier_t(more, many, 40).value)
    assert weighted_brier_null_t(happened, ipcw, weights)[0] == pytest.approx(brier_null_t(many, 40).value)
    assert weighted_incidence(follow_up, 40, weights)[0] == pytest.approx(observed_by(many, 40).value)
    found = weighted_net_benefit_t(p, follow_up, 40, 0.3, weights)[0]
    assert found == pytest.approx(net_benefit_t(more, many, 40, 0.3).value)


def test_a_sample_whose_follow_up_ends_too_early_gives_nothing():
    follow_up = FollowUp.of(np.array([1.0, 2, 3, 9]), np.array([1, 0, 0, 0]))
    weights = np.array([[1.0, 1, 1, 0], [1.0, 1, 1, 1]])
    share = weighted_incidence(follow_up, 5, weights)
    assert np.isnan(share[0])
    assert share[1] == pytest.approx(0.25)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("step", [5.0, 20.0])
def test_slope_as_lifelines_with_efrons_ties(seed, step):
    risk, follow_up = _cases(seed, step=step)
    table = pd.DataFrame({"x": risk, "t": follow_up.time, "e": follow_up.event, "p": np.arange(120) // 2})
    options = {"precision": 1e-12, "r_precision": 1e-14}
    fitted = lifelines.CoxPHFitter().fit(table.drop(columns="p"), "t", "e", fit_options=options)
    estimate = cox_slope(risk, follow_up)
    expected = (fitted.params_["x"], fitted.standard_errors_["x"])
    assert (estimate.value, estimate.se) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_robust_error_as_lifelines_without_ties(seed):
    risk, follow_up = _cases(seed, step=None)
    patient = np.arange(120) // 2
    table = pd.DataFrame({"x": risk, "t": follow_up.time, "e": follow_up.event, "p": patient})
    fitted = lifelines.CoxPHFitter().fit(table, "t", "e", cluster_col="p", robust=True)
    estimate = cox_slope(risk, follow_up, patient)
    assert estimate.se == pytest.approx(fitted.standard_errors_["x"], rel=1e-4)
    assert estimate.method == "cox_efron_clustered_wald"


def test_robust_error_with_ties_agrees_with_leaving_patients_out():
    risk, follow_up = _cases(2, n=240, step=20.0)
    patient = np.arange(240) // 2
    whole = cox_slope(risk, follow_up, patient)
    keep = [patient != one for one in range(120)]
    without = np.array([cox_slope(risk[k], follow_up.of_rows(k)).value for k in keep])
    jackknife = np.sqrt(119 / 120 * np.sum((without - without.mean()) ** 2))
    assert whole.se == pytest.approx(jackknife, rel=0.06)


def test_the_slope_of_true_probabilities_is_one_and_of_extreme_ones_below():
    rng = np.random.default_rng(4)
    risk = rng.normal(size=20_000)
    death, lost = rng.exponential(60 * np.exp(-risk)), rng.exponential(100, 20_000)
    follow_up = FollowUp.of(np.minimum(death, lost), death <= lost)
    true, extreme = 1 - np.exp(-0.5 * np.exp(risk)), 1 - np.exp(-0.01 * np.exp(2 * risk))
    right, wrong = calibration_slope_t(true, follow_up, 30), calibration_slope_t(extreme, follow_up, 30)
    assert right.value == pytest.approx(1, abs=3 * right.se)
    assert wrong.value == pytest.approx(0.5, abs=3 * wrong.se)


def test_where_no_slope_is_finite_there_is_none():
    follow_up = FollowUp.of(np.array([1.0, 2, 3, 4, 5, 6]), np.array([1, 1, 1, 0, 0, 0]))
    assert calibration_slope_t(np.array([0.9, 0.8, 0.7, 0.3, 0.2, 0.1]), follow_up, 5).value is None
    assert calibration_slope_t(np.full(6, 0.4), follow_up, 5).value is None
    with pytest.raises(MeasureError, match="needs events"):
        calibration_slope_t(np.array([0.9, 0.8, 0.7, 0.3, 0.2, 0.1]), follow_up, 0.5)


def test_without_censoring_net_benefit_is_that_of_a_yes_or_no_question():
    rng = np.random.default_rng(2)
    risk = rng.normal(size=300)
    p, death = 1 / (1 + np.exp(-risk)), rng.exponential(40 * np.exp(-risk))
    follow_up, label = FollowUp.of(death, np.ones(300)), death <= 30
    for threshold in (0.1, 0.5, 0.8):
        here, there = net_benefit_t(p, follow_up, 30, threshold), net_benefit(p, label, threshold)
        assert here.value == pytest.approx(there.value, abs=1e-12)
        assert here.se == pytest.approx(there.se, rel=1e-9)


def test_net_benefit_by_kaplan_meier_among_those_acted_on():
    # dcurves' definition for censored data: (1 - S) P - S P t / (1 - t), S among those at or above t.
    risk, follow_up = _cases(3)
    p = 1 / (1 + np.exp(-risk))
    acted = p >= 0.4
    free = kaplan_meier(follow_up.time[acted], follow_up.event[acted]).at(40).value
    expected = acted.mean() * ((1 - free) - free * 0.4 / 0.6)
    assert net_benefit_t(p, follow_up, 40, 0.4).value == pytest.approx(expected, abs=1e-12)
    assert net_benefit_t(np.zeros(120), follow_up, 40, 0.4).value == 0


def test_errors_are_the_spread_over_simulated_cohorts():
    found = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        risk = rng.normal(size=250)
        death, lost, other = (
            rng.exponential(60 * np.exp(-risk)),
            rng.exponential(60, 250),
            rng.exponential(90, 250),
        )
        times = np.stack([lost, death, other])
        follow_up = FollowUp.of(times.min(axis=0), times.argmin(axis=0))
        p, q = 1 - np.exp(-0.5 * np.exp(risk)), 1 - np.exp(-0.5 * np.exp(0.4 * risk))
        found.append(
            [
                net_benefit_t(p, follow_up, 30, 0.3),
                scaled_brier_t(p, follow_up, 30),
                brier_null_t(follow_up, 30),
                net_benefit_t_difference((p, q), follow_up, 30, 0.3),
                brier_t_difference(p, q, follow_up, 30),
                observed_over_expected(p, follow_up, 30),
                integrated_brier(np.stack([p / 2, p, q], axis=1), follow_up, np.array([15.0, 30.0, 40.0])),
            ]
        )
    for number in range(7):
        rows = [row[number] for row in found]
        values = [row.value if hasattr(row, "value") else row.difference for row in rows]
        # The spread of 300 values is itself known to about 4 %.
        assert np.mean([row.se for row in rows]) == pytest.approx(np.std(values), rel=0.13), number


@few
@given(seeds)
def test_order_of_rows_and_doubled_patients_change_nothing(seed):
    risk, follow_up = _cases(seed, causes=2)
    p, order = 1 / (1 + np.exp(-risk)), np.random.default_rng(seed).permutation(120)
    shuffled, twice = follow_up.of_rows(order), np.repeat(np.arange(120), 2)
    doubled = follow_up.of_rows(twice)
    for function in (
        lambda _, f, c=None: brier_null_t(f, 40, c),
        lambda q, f, c=None: scaled_brier_t(q, f, 40, c),
        lambda q, f, c=None: net_benefit_t(q, f, 40, 0.3, c),
        lambda _, f, c=None: observed_by(f, 40, c),
    ):
        here, there, both = (
            function(p, follow_up),
            function(p[order], shuffled),
            function(p[twice], doubled, twice),
        )
        assert (here.value, here.se) == pytest.approx((there.value, there.se))
        assert here.value == pytest.approx(both.value)
        if "log_log" not in here.method:
            # Every patient's cases twice is the same information as once.
            assert here.se == pytest.approx(both.se)
    one, other = (aalen_johansen(each.time, each.code) for each in (follow_up, shuffled))
    assert one.low == pytest.approx(other.low, nan_ok=True)
