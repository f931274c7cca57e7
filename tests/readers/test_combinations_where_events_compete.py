"""Readers combined where a patient may die of something else first."""

import dataclasses

import numpy as np
import pytest
from lifelines import CoxPHFitter

from hilum.cohorts import Cohort
from hilum.cohorts.outcome_at_horizon import at_horizon
from hilum.errors import ReadingsError
from hilum.evaluation import FollowUp, Readings, aalen_johansen, auc_t
from hilum.readers import CombineOptions, combine, fit_combination

HONEST = CombineOptions(honest_on_training=frozenset({"image", "score"}))


def competing(make_survival, n: int, horizons: tuple[float, ...], lost: bool = True) -> Cohort:
    """A second hazard, of death, which `z` raises as well."""
    cohort = make_survival(n=n, horizons=horizons, lost=lost)
    rng = np.random.default_rng(11)
    death = rng.exponential(80 * np.exp(-0.8 * cohort.cases["z"].to_numpy()))
    time, event = cohort.cases["time"].to_numpy(), cohort.cases["event"].to_numpy()
    first = death < time
    cases = cohort.cases.assign(time=np.where(first, death, time), event=np.where(first, 2, event))
    return dataclasses.replace(cohort, cases=cases)


def two(cohort: Cohort) -> list[Readings]:
    frame = cohort.cases[["case", "patient", "part"]]
    return [
        Readings.from_frame(frame.assign(reader="image", risk=cohort.cases["x"])),
        Readings.from_frame(frame.assign(reader="score", risk=cohort.cases["z"])),
    ]


def test_the_risk_at_a_horizon_is_the_cumulative_incidence(make_survival):
    cohort = competing(make_survival, 4000, (30.0,))
    both = combine(two(cohort), cohort, options=HONEST)
    test = (cohort.cases["part"] == "test").to_numpy()
    time, event = cohort.cases["time"].to_numpy()[test], cohort.cases["event"].to_numpy()[test]
    observed = aalen_johansen(time, event).at(30)
    said = both.frame["risk_30d"].to_numpy(float)[test]
    assert abs(said.mean() - observed.value) < 2 * observed.se
    as_if_lost = aalen_johansen(time, (event == 1).astype(np.int64)).at(30).value
    assert as_if_lost - observed.value > 4 * observed.se
    alone = auc_t(cohort.cases["x"].to_numpy()[test], FollowUp.of(time, event), 30.0).value
    assert auc_t(said, FollowUp.of(time, event), 30.0).value > alone - 0.005


def test_without_a_horizon_cox_is_cause_specific_as_in_lifelines(make_survival):
    cohort = competing(make_survival, 3000, ())
    combination, _ = fit_combination(two(cohort), cohort, options=HONEST)
    model = combination.models[0]
    fit = cohort.cases["part"].isin(["train", "validation"])
    cases = cohort.cases[fit].assign(event=lambda frame: (frame["event"] == 1).astype(int))
    expected = CoxPHFitter().fit(cases[["x", "z", "time", "event"]], "time", "event").params_
    spread = [cases["x"].std(ddof=0), cases["z"].std(ddof=0)]
    np.testing.assert_allclose(np.array(model.coefficients) / spread, expected.to_numpy(), rtol=0.01)
    assert model.method == "Cox, cause-specific hazard, Breslow ties"
    assert model.events == int(cases["event"].sum())


def test_one_who_died_of_something_else_stays_in_the_denominator():
    """Two with the event, two dead of another cause, none lost: a risk of a half, not of all."""
    y, weight = at_horizon(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 1.0, 2.0]), 10)
    assert (y.tolist(), weight.tolist()) == ([1, 0, 1, 0], [1, 1, 1, 1])


def test_a_horizon_that_nobody_reached_is_refused(make_survival):
    cohort = competing(make_survival, 300, (365.0,))
    with pytest.raises(
        ReadingsError, match=r"cannot be fitted at 1 year: the longest follow-up .* on day 1\d\d"
    ):
        fit_combination(two(cohort), cohort, options=HONEST)
