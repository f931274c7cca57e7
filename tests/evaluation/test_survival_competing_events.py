"""Where something else may happen first: incidence, AUC(t), Brier(t) and C of the event of interest."""

import lifelines
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation.measures.calibration import survival_calibration_curve
from hilum.evaluation.measures.censoring import (
    auc_t,
    auc_t_influence,
    brier_t,
    brier_t_influence,
    known_status,
    observed_over_expected,
)
from hilum.evaluation.measures.concordance import Pairs, harrell_c, weighted_harrell_c
from hilum.evaluation.measures.cox_slope import calibration_slope_t
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.incidence import aalen_johansen, incidence_influence, observed_by
from hilum.evaluation.measures.survival_brier import brier_null_t
from hilum.evaluation.measures.survival_curves import kaplan_meier

seeds = st.integers(0, 10_000)
few = settings(max_examples=30, deadline=None)


def _cases(seed, n=80, step=5.0):
    rng = np.random.default_rng(seed)
    risk = np.round(rng.normal(size=n), 1)
    times = np.stack([rng.exponential(60 * np.exp(-risk)), rng.exponential(90, n), rng.exponential(100, n)])
    if step:
        times = np.ceil(times / step) * step
    event = np.array([1, 2, 0])[times.argmin(axis=0)]
    time = times.min(axis=0)
    time[:3], event[:3] = (5, 6, 800), (1, 2, 0)
    return risk, time, event


def test_incidence_by_hand():
    # Ten cases. Day 1: 1 event, 1 competing of 10. Day 2: 1 censored of 8. Day 3: 2 events of 7. Day 4: 1
    # competing, 1 censored of 5. Day 6: 1 event of 3; two censored on day 9.
    time = np.array([1.0, 1, 2, 3, 3, 4, 4, 6, 9, 9])
    event = np.array([1, 2, 0, 1, 1, 2, 0, 1, 0, 0])
    curve = aalen_johansen(time, event)
    free = np.array([8 / 10, 8 / 10, 8 / 10 * 5 / 7, 8 / 10 * 5 / 7 * 4 / 5, 8 / 10 * 5 / 7 * 4 / 5 * 2 / 3])
    expected = np.cumsum([1 / 10, 0, free[1] * 2 / 7, 0, free[3] * 1 / 3])
    assert curve.incidence[:5] == pytest.approx(expected, abs=1e-15)
    assert curve.event_free[:5] == pytest.approx(free, abs=1e-15)
    assert list(curve.at_risk) == [10, 8, 7, 5, 3, 2]
    assert list(curve.competing) == [1, 0, 0, 1, 0, 0]
    assert list(curve.censored) == [0, 1, 0, 1, 0, 2]
    assert curve.at(0.5).value == 0
    assert curve.at(9).value == pytest.approx(expected[-1])
    assert curve.at(9.5).value is None


def test_the_order_of_tied_cases_changes_nothing():
    time, event = np.array([5.0, 5, 5, 5, 7]), np.array([1, 2, 0, 1, 0])
    first = aalen_johansen(time, event)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(5)
        other = aalen_johansen(time[order], event[order])
        assert (other.incidence == first.incidence).all()
        assert (other.se == first.se).all()
    assert first.incidence[0] == pytest.approx(2 / 5, abs=1e-15)


@pytest.mark.parametrize("seed", range(4))
def test_as_lifelines_where_no_times_are_tied(seed):
    _, time, event = _cases(seed, step=None)
    fitted = lifelines.AalenJohansenFitter().fit(time, event, event_of_interest=1)
    curve = aalen_johansen(time, event)
    assert curve.incidence == pytest.approx(fitted.cumulative_density_.to_numpy()[1:, 0], abs=1e-12)
    inner = curve.incidence > 0
    assert curve.se[inner] ** 2 == pytest.approx(fitted.variance_.to_numpy().ravel()[1:][inner], abs=1e-12)
    limits = fitted.confidence_interval_.to_numpy()[1:][inner]
    assert np.sort(limits, axis=1)[:, 0] == pytest.approx(curve.low[inner], abs=1e-9)
    assert np.sort(limits, axis=1)[:, 1] == pytest.approx(curve.high[inner], abs=1e-9)


@few
@given(seeds)
def test_both_causes_and_the_event_free_make_one(seed):
    _, time, event = _cases(seed)
    swapped = np.array([0, 2, 1])[event]
    first, other = aalen_johansen(time, event), aalen_johansen(time, swapped)
    assert first.incidence + other.incidence + first.event_free == pytest.approx(1, abs=1e-12)


@few
@given(seeds)
def test_without_competing_events_it_is_one_minus_kaplan_meier_with_greenwoods_error(seed):
    _, time, event = _cases(seed)
    event = np.minimum(event, 1)
    curve, survival = aalen_johansen(time, event), kaplan_meier(time, event)
    assert curve.incidence == pytest.approx(1 - survival.survival, abs=1e-12)
    assert curve.se == pytest.approx(survival.se, abs=1e-9)


@few
@given(seeds)
def test_treating_a_competing_event_as_censored_gives_too_much(seed):
    _, time, event = _cases(seed)
    honest = observed_by(FollowUp.of(time, event), 60).value
    assert honest <= 1 - kaplan_meier(time, event).at(60).value + 1e-12


@few
@given(seeds)
def test_the_weighted_share_is_aalen_johansens_and_its_error_close(seed):
    _, time, event = _cases(seed, n=150)
    value, influence = incidence_influence(FollowUp.of(time, event), 60)
    curve = aalen_johansen(time, event).at(60)
    assert value == pytest.approx(curve.value, abs=1e-12)
    assert influence.sum() == pytest.approx(0, abs=1e-12)
    assert np.sqrt(np.sum(influence**2)) == pytest.approx(curve.se, rel=0.1)


def _chance(time, event, day, *, after):
    chance = 1.0
    for moment in np.unique(time[(time <= day) if after else (time < day)]):
        left = np.sum(time >= moment) - np.sum((time == moment) & (event > 0))
        chance *= 1 - np.sum((time == moment) & (event == 0)) / left if left else 1
    return chance


@few
@given(seeds)
def test_auc_and_brier_are_their_definitions(seed):
    # Blanche et al. 2013, definition 2, as R riskRegression's Score(cause = 1): controls are those still
    # without any event, and those with a competing event by the horizon.
    risk, time, event = _cases(seed)
    day, follow_up = 40.0, FollowUp.of(time, event)
    weight = np.array([1 / _chance(time, event, one, after=False) for one in time])
    end = 1 / _chance(time, event, day, after=True)
    case = np.where((event == 1) & (time <= day), weight, 0)
    control = np.where(time > day, end, np.where((event == 2) & (time <= day), weight, 0))
    above = (risk[:, None] > risk) + 0.5 * (risk[:, None] == risk)
    assert auc_t(risk, follow_up, day).value == pytest.approx(
        case @ above @ control / (case.sum() * control.sum()), abs=1e-12
    )
    p = 1 / (1 + np.exp(-risk))
    expected = np.mean(case * (1 - p) ** 2 + control * p**2)
    assert brier_t(p, follow_up, day).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("function", "make"),
    [(auc_t_influence, lambda risk: risk), (brier_t_influence, lambda r: 1 / (1 + np.exp(-r)))],
)
def test_influence_agrees_with_leaving_each_case_out(function, make):
    risk, time, event = _cases(1, n=300, step=1.0)
    values, keep = make(risk), ~np.eye(300, dtype=bool)
    whole, influence = function(values, FollowUp.of(time, event), 40)
    without = np.array([function(values[k], FollowUp.of(time[k], event[k]), 40)[0] for k in keep])
    assert influence.sum() == pytest.approx(0, abs=1e-12)
    assert np.corrcoef(whole - without, influence)[0, 1] > 0.999
    assert np.std(whole - without) == pytest.approx(np.std(influence), rel=0.03)


@few
@given(seeds)
def test_those_with_a_competing_event_stay_in_the_risk_set(seed):
    risk, time, event = _cases(seed)
    won = pairs = 0.0
    for i in np.flatnonzero(event == 1):
        later = (time > time[i]) | ((time == time[i]) & (event == 0)) | (event == 2)
        pairs += later.sum()
        won += np.sum(((risk[i] > risk) + 0.5 * (risk[i] == risk))[later])
    follow_up = FollowUp.of(time, event)
    assert harrell_c(risk, follow_up).value == pytest.approx(won / pairs, abs=1e-12)
    assert weighted_harrell_c(risk, follow_up, np.ones((1, 80)))[0] == pytest.approx(won / pairs, abs=1e-12)
    counted = Pairs.of(risk, follow_up)
    assert counted.concordant + counted.tied / 2 == pytest.approx(won)


def test_status_and_calibration_at_a_horizon():
    time, event = np.array([10.0, 10, 10, 40]), np.array([1, 2, 0, 0])
    status = known_status(time, event, 30)
    assert list(status.known) == [True, True, False, True]
    assert list(status.event) == [True, False, False, False]
    # Aalen-Johansen by day 30 is 1/4, Kaplan-Meier would say 1/4 too; after a further event they part.
    follow_up = FollowUp.of(np.array([10.0, 20, 25, 40]), np.array([2, 1, 1, 0]))
    assert observed_over_expected(np.full(4, 0.25), follow_up, 30).value == pytest.approx(2.0)
    assert brier_null_t(follow_up, 30).value == pytest.approx(0.25)
    with pytest.raises(MeasureError, match="1 cases have a competing event"):
        calibration_slope_t(np.array([0.1, 0.2, 0.3, 0.4]), follow_up, 30)


@pytest.mark.parametrize("code", [-1, 3, 0.5])
def test_an_event_of_another_code_is_refused(code):
    with pytest.raises(MeasureError, match="1 events are coded neither 0"):
        FollowUp.of(np.array([1.0, 2.0]), np.array([1, code]))


def test_observed_shares_of_calibration_know_that_something_else_may_happen_first():
    follow_up = FollowUp.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([2, 2, 1, 0]))
    (point,) = survival_calibration_curve(np.full(4, 0.5), follow_up, 3.5, bins=1)
    # Two of four left by the other event; half of the two that remain had this one.
    assert point.observed == pytest.approx(0.25)
