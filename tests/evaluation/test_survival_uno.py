"""Uno's C: the definition by all pairs, scikit-survival, its error, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sksurv.datasets import load_whas500
from sksurv.metrics import concordance_index_ipcw
from sksurv.util import Surv

from hilum.errors import MeasureError
from hilum.evaluation.measures.concordance import harrell_c
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.uno import UnoConcordance, uno_c, uno_c_difference, weighted_uno_c

seeds = st.integers(0, 10_000)
few = settings(max_examples=30, deadline=None)


def _cases(seed, n=60, step=4.0):
    """Cases with many ties of time and of risk."""
    rng = np.random.default_rng(seed)
    risk = np.round(rng.normal(size=n), 1)
    death = np.ceil(rng.exponential(60 * np.exp(-risk)) / step) * step
    lost = np.ceil(rng.exponential(80, n) / step) * step
    time, event = np.minimum(death, lost), (death <= lost).astype(int)
    time[:2], event[:2] = (step, 500.0), (1, 0)
    return risk, time, event


def _chance_before(time, event, day, weight):
    chance = 1.0
    for moment in np.unique(time[time < day]):
        at_risk = weight[time >= moment].sum() - weight[(time == moment) & (event == 1)].sum()
        if at_risk > 0:
            chance *= 1 - weight[(time == moment) & (event == 0)].sum() / at_risk
    return chance


def _by_definition(risk, time, event, tau, weight):
    won = pairs = 0.0
    for i in np.flatnonzero((event == 1) & (time < tau) & (weight > 0)):
        heavy = weight[i] / _chance_before(time, event, time[i], weight) ** 2
        later = (time > time[i]) | ((time == time[i]) & (event == 0))
        pairs += heavy * weight[later].sum()
        won += heavy * (weight * ((risk[i] > risk) + 0.5 * (risk[i] == risk)))[later].sum()
    return won / pairs


@few
@given(seeds)
def test_it_is_the_definition_by_all_pairs(seed):
    risk, time, event = _cases(seed)
    expected = _by_definition(risk, time, event, 120, np.ones(60))
    assert uno_c(risk, FollowUp.of(time, event), 120).value == pytest.approx(expected, abs=1e-12)


@few
@given(seeds)
def test_weights_of_the_bootstrap_are_repeated_cases(seed):
    risk, time, event = _cases(seed)
    weight = np.random.default_rng(seed).poisson(1.0, 60).astype(float)
    weight[:2] = 1
    found = weighted_uno_c(risk, FollowUp.of(time, event), 120, weight[None, :])[0]
    assert found == pytest.approx(_by_definition(risk, time, event, 120, weight), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_influence_is_the_derivative_by_each_cases_weight(seed):
    risk, time, event = _cases(seed)
    follow_up = FollowUp.of(time, event)
    found = UnoConcordance.of(risk, follow_up, 120)
    more, less = np.ones((60, 60)) + 1e-5 * np.eye(60), np.ones((60, 60)) - 1e-5 * np.eye(60)
    change = weighted_uno_c(risk, follow_up, 120, more) - weighted_uno_c(risk, follow_up, 120, less)
    assert found.influence == pytest.approx(change / 2e-5, abs=1e-8)
    assert found.influence.sum() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_as_scikit_survival_where_no_times_are_tied(seed):
    rng = np.random.default_rng(seed)
    risk = rng.normal(size=200)
    death, lost = rng.exponential(60 * np.exp(-risk)), rng.exponential(100, 200)
    time, event = np.minimum(death, lost), death <= lost
    outcome = Surv.from_arrays(event, time)
    expected = concordance_index_ipcw(outcome, outcome, risk, tau=80.0)[0]
    assert uno_c(risk, FollowUp.of(time, event), 80.0).value == pytest.approx(expected, abs=1e-12)


def test_whas500_age_as_scikit_survival():
    # scikit-survival 0.24 and later, concordance_index_ipcw at 1,000 days; it weights by the chance after
    # each time, which differs only where a case is censored on the day of an event.
    table, outcome = load_whas500()
    age = table["age"].to_numpy(float)
    expected = concordance_index_ipcw(outcome, outcome, age, tau=1000.0)[0]
    mine = uno_c(age, FollowUp.of(outcome["lenfol"], outcome["fstat"]), 1000.0)
    assert mine.value == pytest.approx(expected, abs=2e-4)


def test_the_error_is_the_spread_over_simulated_cohorts():
    values, errors = [], []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        risk = rng.normal(size=300)
        death, lost = rng.exponential(60 * np.exp(-0.7 * risk)), rng.exponential(70, 300)
        estimate = uno_c(risk, FollowUp.of(np.minimum(death, lost), death <= lost), 60)
        values.append(estimate.value)
        errors.append(estimate.se)
    # The spread of 400 values is itself known to about 3.5 %.
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.1)


def test_without_censoring_before_tau_it_is_harrells_c():
    rng = np.random.default_rng(3)
    risk = rng.normal(size=150)
    death = np.ceil(rng.exponential(40 * np.exp(-risk)))
    follow_up = FollowUp.of(np.minimum(death, 50), death < 50)
    here, there = uno_c(risk, follow_up, 50), harrell_c(risk, follow_up)
    assert here.value == pytest.approx(there.value, abs=1e-12)
    assert here.se == pytest.approx(there.se * np.sqrt(150 / 149), abs=1e-12)


def test_readers_are_compared_on_their_influences():
    risk, time, event = _cases(5, n=120)
    follow_up, other = FollowUp.of(time, event), np.round(risk + np.random.default_rng(1).normal(size=120), 1)
    a, b = UnoConcordance.of(risk, follow_up, 100), UnoConcordance.of(other, follow_up, 100)
    result = uno_c_difference(risk, other, follow_up, 100)
    assert result.difference == pytest.approx(a.c - b.c)
    assert result.se == pytest.approx(np.sqrt(np.sum((a.influence - b.influence) ** 2) * 120 / 119))
    patient = np.repeat(np.arange(60), 2)
    sums = (a.influence - b.influence).reshape(60, 2).sum(axis=1)
    clustered = uno_c_difference(risk, other, follow_up, 100, patient)
    assert clustered.se == pytest.approx(np.sqrt(np.sum(sums**2) * 60 / 59))
    assert clustered.method == "ipcw_influence_clustered_wald"


@pytest.mark.parametrize(
    ("time", "event", "tau", "said"),
    [
        ([1.0, 2, 3], [1, 0, 0], 9, "nobody is followed to day 9"),
        ([1.0, 2, 3], [1, 2, 0], 3, "1 cases have a competing event"),
        ([1.0, 2, 3], [0, 1, 0], 2, "no two cases can be compared before day 2"),
        ([1.0, 2, 3], [1, 1, 0], 0, "a day above 0"),
    ],
)
def test_what_it_refuses(time, event, tau, said):
    with pytest.raises(MeasureError, match=said):
        uno_c(np.array([1.0, 2, 3]), FollowUp.of(np.array(time), np.array(event)), tau)
