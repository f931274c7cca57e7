"""The same numbers as scikit-survival where both do the same: concordance, AUC(t), Brier scores.

Two conventions differ where a case is censored on the day of another's event. We take the chance of being
uncensored just before a time, events coming first (R survival and riskRegression); scikit-survival takes it
just after, so that the censored case already counts as gone. With every censored case moved a moment later
scikit-survival has no such ties left, and both must give the same number.
"""

import numpy as np
import pytest
from sksurv.metrics import (
    brier_score,
    concordance_index_censored,
    concordance_index_ipcw,
    cumulative_dynamic_auc,
    integrated_brier_score,
)
from sksurv.util import Surv

from hilum.evaluation import FollowUp, Pairs, auc_t, brier_t, harrell_c
from hilum.evaluation.measures.concordance import weighted_harrell_c
from hilum.evaluation.measures.survival_brier import integrated_brier
from hilum.evaluation.measures.uno import uno_c, weighted_uno_c

SEEDS = range(4)
STEPS = [0.0, 1.0, 5.0, 20.0]
BETWEEN = 62.5  # no time is on this day, whatever the step


def _survival(seed, n=250, step=1.0):
    rng = np.random.default_rng(seed)
    risk = np.round(rng.normal(size=n), 1)
    time, censored = rng.exponential(60 * np.exp(-risk)), rng.exponential(120, n)
    if step:
        time, censored = np.ceil(time / step) * step, np.ceil(censored / step) * step
    return risk, np.minimum(time, censored), (time <= censored).astype(int)


def _outcome(time, event):
    """scikit-survival's table, censored cases a moment later."""
    return Surv.from_arrays(event == 1, np.where(event == 1, time, np.nextafter(time, np.inf)))


@pytest.mark.parametrize("n", [12, 250, 2000])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("seed", SEEDS)
def test_harrells_c_and_its_pairs(seed, step, n):
    risk, time, event = _survival(seed, n, step)
    expected, concordant, discordant, tied, _ = concordance_index_censored(event == 1, time, risk)
    follow_up = FollowUp.of(time, event)
    assert harrell_c(risk, follow_up).value == pytest.approx(expected, abs=1e-12)
    assert weighted_harrell_c(risk, follow_up, np.ones((1, n)))[0] == pytest.approx(expected, abs=1e-12)
    pairs = Pairs.of(risk, follow_up)
    assert (pairs.concordant, pairs.discordant, pairs.tied) == (concordant, discordant, tied)


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


@pytest.mark.parametrize("n", [40, 250, 1500])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("seed", SEEDS)
def test_unos_c(seed, step, n):
    risk, time, event = _survival(seed, n, step)
    outcome, follow_up = _outcome(time, event), FollowUp.of(time, event)
    expected = concordance_index_ipcw(outcome, outcome, risk, tau=BETWEEN)[0]
    assert uno_c(risk, follow_up, BETWEEN).value == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_event_on_the_very_day_tau_does_not_count(seed):
    risk, time, event = _survival(seed, step=20.0)
    outcome, follow_up = _outcome(time, event), FollowUp.of(time, event)
    expected = concordance_index_ipcw(outcome, outcome, risk, tau=60.0)[0]
    assert uno_c(risk, follow_up, 60.0).value == pytest.approx(expected, abs=1e-10)
    assert uno_c(risk, follow_up, 60.5).value != pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_bootstrap_of_unos_c_stands_for_repeated_cases(seed):
    risk, time, event = _survival(seed, step=5.0)
    times = np.random.default_rng(seed).poisson(1.0, len(risk))
    outcome = _outcome(*(np.repeat(column, times) for column in (time, event)))
    expected = concordance_index_ipcw(outcome, outcome, np.repeat(risk, times), tau=BETWEEN)[0]
    weights = times[None, :].astype(float)
    found = weighted_uno_c(risk, FollowUp.of(time, event), BETWEEN, weights)[0]
    assert found == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("n", [40, 250, 1500])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("seed", SEEDS)
def test_area_and_brier_score_at_a_horizon(seed, step, n):
    risk, time, event = _survival(seed, n, step)
    outcome, follow_up = _outcome(time, event), FollowUp.of(time, event)
    days = [22.5, BETWEEN]
    areas = cumulative_dynamic_auc(outcome, outcome, risk, days)[0]
    probability = 1 / (1 + np.exp(-risk))
    table = np.repeat(1 - probability[:, None], 2, axis=1)
    scores = brier_score(outcome, outcome, table, days)[1]
    for day, area, score in zip(days, areas, scores, strict=True):
        assert auc_t(risk, follow_up, day).value == pytest.approx(area, abs=1e-10)
        assert brier_t(probability, follow_up, day).value == pytest.approx(score, abs=1e-10)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("seed", SEEDS)
def test_integrated_brier_score(seed, step):
    risk, time, event = _survival(seed, step=step)
    grid = np.array([22.5, 30.5, 42.5, BETWEEN])
    probability = 1 - np.exp(-np.outer(np.exp(risk), grid / 80))
    outcome = _outcome(time, event)
    expected = integrated_brier_score(outcome, outcome, 1 - probability, grid)
    found = integrated_brier(probability, FollowUp.of(time, event), grid)
    assert found.value == pytest.approx(expected, abs=1e-10)


def test_where_the_conventions_differ():
    # The case censored on day 2 is in view when the event of day 2 happens: the chance of being uncensored
    # just before day 2 is 1, so that this event weighs 1. scikit-survival lets it weigh 3 / 2.
    time, event = np.array([2.0, 2.0, 3.0, 4.0]), np.array([1, 0, 1, 0])
    follow_up = FollowUp.of(time, event)
    probability = np.array([0.0, 0.0, 0.0, 0.0])
    # One event of weight 1 and one just before whose time the chance is 2 / 3: (1 + 3 / 2) / 4.
    assert brier_t(probability, follow_up, 3.5).value == pytest.approx((1 + 1.5) / 4, abs=1e-12)
    outcome = Surv.from_arrays(event == 1, time)
    theirs = brier_score(outcome, outcome, 1 - probability[:, None], [3.5])[1][0]
    assert theirs == pytest.approx((1.5 + 1.5) / 4, abs=1e-12)
    moved = _outcome(time, event)
    theirs = brier_score(moved, moved, 1 - probability[:, None], [3.5])[1][0]
    assert theirs == pytest.approx((1 + 1.5) / 4, abs=1e-12)
