"""The simulated patients: mortality, hazard, missing values, CURB-65."""

import numpy as np
import pandas as pd
import pytest

from hilum.errors import HilumError
from hilum.phantom import simulate_patients
from hilum.phantom.patients import SHAPE, curb65_points

N = 100_000


@pytest.fixture(scope="module")
def patients() -> pd.DataFrame:
    return simulate_patients(N, seed=3)


def test_same_seed_same_patients_and_the_worlds_random_state_is_left_alone():
    np.random.seed(5)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, second = simulate_patients(500, 1, None), simulate_patients(500, 1, None)
    pd.testing.assert_frame_equal(first, second)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    assert not first["severity"].equals(simulate_patients(500, 2, None)["severity"])


def test_about_one_in_five_dies_within_30_days(patients: pd.DataFrame):
    dead = (patients["days"] <= 30) & (patients["died"] == 1)
    assert 0.17 < dead.mean() < 0.22


def test_nobody_is_censored_before_day_90(patients: pd.DataFrame):
    assert patients.loc[patients["died"] == 0, "days"].min() >= 90
    assert patients["days"].max() <= 365
    assert patients["days"].min() >= 1


def test_deaths_follow_the_hazard_that_is_written_beside_them(patients: pd.DataFrame):
    # Weibull: P(death by day 30) = 1 - exp(-exp(log_hazard) * 30**SHAPE); days are rounded up: 30 is exact.
    expected = 1 - np.exp(-np.exp(patients["log_hazard"]) * 30**SHAPE)
    dead = (patients["days"] <= 30) & (patients["died"] == 1)
    for group in np.array_split(np.argsort(patients["log_hazard"].to_numpy()), 10):
        p = expected.iloc[group].mean()
        assert abs(dead.iloc[group].mean() - p) < 4 * np.sqrt(p * (1 - p) / len(group))


def test_values_are_missing_completely_at_random(patients: pd.DataFrame):
    missing = patients["confusion"].isna()
    assert 0.035 < missing.mean() < 0.045
    assert abs(patients.loc[missing, "severity"].mean() - patients["severity"].mean()) < 0.015
    assert abs(patients.loc[missing, "curb65"].mean() - patients["curb65"].mean()) < 0.06


def test_points_follow_from_the_table_where_it_is_complete(patients: pd.DataFrame):
    whole = patients.dropna()
    again = (
        (whole["confusion"] == 1).astype(int)
        + (whole["urea_mmol_l"] > 7)
        + (whole["respiratory_rate"] >= 30)
        + ((whole["systolic_bp"] < 90) | (whole["diastolic_bp"] <= 60))
        + (whole["age"] >= 65)
    )
    assert (again == whole["curb65"]).all()


@pytest.mark.parametrize(
    ("confusion", "urea_and_rate", "pressure", "age", "points"),
    [
        (False, (7.0, 29.0), (90, 61), 64, 0),
        (True, (7.1, 30.0), (89, 61), 65, 5),
        (False, (7.5, 30.0), (95, 60), 70, 4),  # the worked example: diastolic 60 counts
        (False, (5.0, 20.0), (89, 60), 40, 1),  # low pressure counts once
    ],
)
def test_edges_of_curb65(confusion, urea_and_rate, pressure, age, points):
    got = curb65_points(
        np.array([confusion]),
        np.array([urea_and_rate[0]]),
        np.array([urea_and_rate[1]]),
        np.array([pressure], dtype=float),
        np.array([float(age)]),
    )
    assert got.tolist() == [points]


def test_hospitals_differ_in_their_patients():
    mixed = simulate_patients(9000, 4, None)
    assert mixed["site"].value_counts().to_dict() == {"home": 5000, "A": 2000, "B": 2000}
    by_site = mixed.groupby("site")
    assert by_site["severity"].std()["B"] > by_site["severity"].std()["A"]
    assert by_site["age"].mean()["B"] > by_site["age"].mean()["A"] + 3


def test_a_million_patients_have_sensible_signs():
    people = simulate_patients(200_000, 9, "B")
    assert people["age"].between(18, 102).all()
    assert people["severity"].between(0, 1).all()
    assert (people["diastolic_bp"] < people["systolic_bp"]).all()


def test_unknown_hospital_and_no_patients_are_refused():
    with pytest.raises(HilumError, match="no hospital `C`"):
        simulate_patients(10, 1, "C")
    with pytest.raises(HilumError, match="at least 1"):
        simulate_patients(0, 1)
