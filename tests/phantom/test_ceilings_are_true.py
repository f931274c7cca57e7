"""What perfect readers reach in each world: counted as evaluation does, and reached by fresh patients."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import HilumError
from hilum.evaluation.measures.censoring import auc_t
from hilum.evaluation.measures.concordance import harrell_c
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.phantom.ceilings import Arm, Asked, Ceilings, arm_risk, find_ceilings, found_in
from hilum.phantom.populations import POPULATIONS

MANY, FEW, SETS = 60_000, 6_000, 8


@pytest.fixture(scope="module")
def ceilings() -> dict[str, Ceilings]:
    return {
        name: find_ceilings(
            {population.sites[0]: population.simulate(MANY, 1, population.sites[0])},
            population.arms,
            population.asked,
        )
        for name, population in POPULATIONS.items()
    }


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9), st.integers(0, 2)), min_size=3, max_size=40))
def test_c_counts_competing_events_as_evaluation_does(rows):
    risk, days, event = (np.array(column) for column in zip(*rows, strict=True))
    people = pd.DataFrame({"days": days, "event": event})
    asked = Asked("days", "event", "days", "event", (5.0,), 5.0)
    if asked.has_pairs(people):
        theirs = harrell_c(risk.astype(float), FollowUp.of(days.astype(float), event)).value
        assert asked.concordance(risk.astype(float), people) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("name", ["lung-cancer", "fracture"])
def test_the_auc_without_an_end_of_follow_up_is_what_evaluation_estimates_with_one(name):
    population = POPULATIONS[name]
    people = population.simulate(FEW, 5, population.sites[0])
    weights = {"image": (0.0, *([1.0] * len(population.arms[0].columns)))}
    risk = arm_risk(people, population.arms[0], weights)
    known = FollowUp.of(people["days"].to_numpy(dtype=float), people["event"].to_numpy())
    ours = {row["at"]: row["value"] for row in _rows(population, people, weights)}
    for horizon in population.asked.horizons_days:
        theirs = auc_t(risk, known, horizon)
        assert abs(ours[f"{horizon:g}d"] - theirs.value) < 4 * theirs.se


def _rows(population, people, weights):
    found = Ceilings((), {}, weights, 0)
    return found_in(people, population.arms[:1], population.asked, found)


@pytest.mark.parametrize("name", sorted(POPULATIONS))
def test_fresh_patients_reach_the_ceilings_within_three_standard_errors(name, ceilings):
    population, found = POPULATIONS[name], ceilings[name]
    site = population.sites[0]
    sets = [
        found_in(population.simulate(FEW, 100 + seed, site), population.arms, population.asked, found)
        for seed in range(SETS)
    ]
    for rows in zip(*sets, strict=True):
        values = np.array([row["value"] for row in rows])
        entry = next(
            each
            for each in found.measures
            if (each.reader, each.measure, each.at) == (rows[0]["reader"], rows[0]["measure"], rows[0]["at"])
        )
        error = np.hypot(values.std(ddof=1) / np.sqrt(SETS), entry.se)
        # some forty comparisons: three standard errors, and a little for being so many
        assert abs(values.mean() - entry.value) < 3 * error + 0.004, entry


@pytest.mark.parametrize("name", sorted(POPULATIONS))
def test_film_and_score_beat_each_alone_and_the_hazard_beats_all(name, ceilings):
    population, found = POPULATIONS[name], ceilings[name]
    site = population.sites[0]

    def c(reader: str) -> float:
        return found.value(site, reader, "harrell_c")

    together = f"image+{population.score}"
    assert 0.6 < c(population.score) < c(together) - 0.03
    assert 0.7 < c("image") < c(together) < 0.9
    assert c("hazard") > c(together) - 0.002
    assert all(0.5 < entry.value < 1 and 0 < entry.se < 0.02 for entry in found.measures)


def test_the_shares_with_an_event_are_those_that_are_promised(ceilings):
    assert 0.17 < ceilings["mortality"].incidence["home"]["30d"] < 0.21
    assert 0.02 < ceilings["lung-cancer"].incidence["checkup"]["2192d"] < 0.05
    shares = list(ceilings["fracture"].incidence["university"].values())
    assert shares == sorted(shares)
    assert 0.10 < shares[-1] < 0.20


def test_weights_of_columns_on_other_scales_are_those_of_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    people = POPULATIONS["mortality"].simulate(4000, 3, "home")
    asked = POPULATIONS["mortality"].asked
    arm = Arm("x", "", ("severity", "age"))
    found = find_ceilings({"home": people}, (arm,), asked).weights["x"]
    features = people[["severity", "age"]].to_numpy()
    theirs = LogisticRegression(C=np.inf, tol=1e-10, max_iter=3000).fit(features, asked.happened(people, 30))
    assert found == pytest.approx((theirs.intercept_[0], *theirs.coef_[0]), rel=1e-3)


def test_too_few_patients_for_a_ceiling_are_refused():
    population = POPULATIONS["fracture"]
    with pytest.raises(HilumError, match="cannot tell a ceiling"):
        find_ceilings({"university": population.simulate(100, 1, None)}, population.arms, population.asked)
