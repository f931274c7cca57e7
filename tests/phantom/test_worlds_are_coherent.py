"""Patients of the three questions: possible, reproducible, and read by hilum's scores as the truth says."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import HilumError
from hilum.phantom.competing_events import weibull_days
from hilum.phantom.fracture_patients import TEN_YEARS, simulate_bones
from hilum.phantom.lung_cancer_patients import SHAPE, SIX_YEARS, simulate_visitors
from hilum.phantom.pneumonia_severity import simulate_pneumonia
from hilum.phantom.populations import POPULATIONS
from hilum.readers import score

SEEDS = st.integers(0, 2**31)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.sampled_from(sorted(POPULATIONS)), st.integers(1, 60))
def test_whatever_the_seed_patients_are_possible(seed, name, n):
    population = POPULATIONS[name]
    people = population.simulate(n, seed, None)
    asked = population.asked
    assert len(people) == n
    assert set(people[asked.event]) <= {0, 1, 2}
    assert (people[asked.time] >= 1).all()
    assert set(people["sex"]) <= {"M", "F"}
    assert set(people["site"]) <= set(population.sites)
    youngest, oldest = {"mortality": (18, 102), "lung-cancer": (50, 79), "fracture": (50, 90)}[name]
    assert people["age"].between(youngest, oldest).all()
    assert not set(population.table) - set(people)
    hidden = {"severity", "log_hazard", "nodules", "emphysema", "bone", "crushed", "clinical", "history"}
    assert not set(population.table) & (hidden | {"true_days", "true_event", "psi", "curb65", "log_frax"})
    pd.testing.assert_frame_equal(people, population.simulate(n, seed, None))


@pytest.mark.parametrize("name", sorted(POPULATIONS))
def test_an_unknown_hospital_and_nobody_at_all_are_refused(name):
    with pytest.raises(HilumError):
        POPULATIONS[name].simulate(10, 1, "nowhere")
    with pytest.raises(HilumError):
        POPULATIONS[name].simulate(0, 1, None)


def test_another_seed_gives_other_patients():
    assert not simulate_visitors(50, 1)["age"].equals(simulate_visitors(50, 2)["age"])
    assert not simulate_bones(50, 1)["age"].equals(simulate_bones(50, 2)["age"])


def test_psi_of_the_table_is_psi_of_the_truth():
    people = simulate_pneumonia(3000, 4, None)
    ours, theirs = people["psi"].to_numpy(), score("psi").scored(people).points
    assert np.array_equal(ours, np.asarray(theirs), equal_nan=True)
    assert 0.03 < np.isnan(ours).mean() < 0.12
    assert (people["psi"] <= 70).mean() > 0.2
    assert (people["psi"] > 130).mean() > 0.05


def test_psi_rises_with_the_hazard_and_so_does_death_with_its_classes():
    people = simulate_pneumonia(20_000, 4)
    dead = (people["days"] <= 30) & (people["died"] == 1)
    classes = pd.cut(people["psi"], [0, 70, 90, 130, 400])
    assert dead.groupby(classes, observed=True).mean().is_monotonic_increasing


def test_plcoall2014_of_the_table_is_the_history_of_the_truth():
    people = simulate_visitors(4000, 4, None)
    whole = people[["bmi", "education", "family_history_lung_cancer"]].notna().all(axis=1).to_numpy()
    risk = np.asarray(score("plcoall2014").scored(people).points)
    assert np.isnan(risk).tolist() == (~whole).tolist()
    logit = np.log(risk[whole] / (1 - risk[whole]))
    assert logit == pytest.approx(people["history"].to_numpy()[whole], abs=1e-9)


def test_frax_is_a_column_that_the_score_finds():
    people = simulate_bones(500, 4)
    assert np.asarray(score("frax").scored(people).points) == pytest.approx(people["frax_major"] / 100)
    assert 5 < people["frax_major"].median() < 20
    assert (people["frax_hip"] <= people["frax_major"]).all()


def test_smoking_histories_are_possible():
    people = simulate_visitors(5000, 8, None)
    smoker = people["smoking_status"] != "never"
    assert people.loc[~smoker, ["cigarettes_per_day", "years_smoked", "years_quit"]].isna().all(axis=None)
    assert people.loc[smoker, "cigarettes_per_day"].between(5, 60).all()
    started = people["age"] - people["years_smoked"] - people["years_quit"].fillna(0)
    assert started[smoker].between(13, 31).all()
    assert (people["years_quit"].notna() == (people["smoking_status"] == "former")).all()


def test_status_at_six_years_is_known_for_every_visitor():
    people = simulate_visitors(20_000, 9, None)
    assert people.loc[people["event"] == 0, "days"].min() > SIX_YEARS


def test_follow_up_of_fractures_reaches_ten_years_for_some_and_not_for_all():
    followed = simulate_bones(20_000, 9)
    reach = (followed["days"] >= TEN_YEARS).mean()
    assert 0.05 < reach < 0.4
    assert followed["years"].max() < 12.6
    assert (np.round(followed["years"] * 365.25) == followed["days"]).all()


def test_what_is_hidden_by_the_end_of_follow_up_comes_after_it():
    for people in (simulate_visitors(5000, 2, None), simulate_bones(5000, 2, None)):
        seen = people["event"] > 0
        assert (people.loc[seen, "days"] == people.loc[seen, "true_days"]).all()
        assert (people.loc[seen, "event"] == people.loc[seen, "true_event"]).all()
        assert (people.loc[~seen, "true_days"] > people.loc[~seen, "days"]).all()


def test_lung_cancer_comes_by_the_hazard_that_is_written_beside_it():
    # Without competition P(cancer by six years) = 1 - exp(-exp(log_hazard)); drawn here without deaths.
    people = simulate_visitors(40_000, 3)
    days = weibull_days(np.random.default_rng(1), people["log_hazard"].to_numpy(), SHAPE, SIX_YEARS)
    expected = 1 - np.exp(-np.exp(people["log_hazard"]))
    seen = (people["true_event"] == 1) & (people["true_days"] <= SIX_YEARS)
    for group in np.array_split(np.argsort(people["log_hazard"].to_numpy()), 5):
        p = expected.iloc[group].mean()
        error = np.sqrt(p * (1 - p) / len(group))
        assert abs((days[group] <= SIX_YEARS).mean() - p) < 4 * error
        assert (
            p - 0.15 * p - 4 * error < seen.iloc[group].mean() < p + 4 * error
        )  # deaths come first for some
