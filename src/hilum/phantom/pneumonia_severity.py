"""The columns that the pneumonia severity index needs beyond those of CURB-65, drawn from the same state."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from hilum.phantom.patients import simulate_patients

Floats = npt.NDArray[np.float64]

_STREAM = 503
_BLOOD_GAS_MISSING = 0.03
# name: chance at 67 years and clinical state 0 as a logit, and what ten years and one unit of the state add
_ILLNESSES = {
    "nursing_home": (-3.1, 0.7, 0.8),
    "neoplastic_disease": (-2.9, 0.2, 0.6),
    "liver_disease": (-3.6, 0.0, 0.6),
    "heart_failure": (-2.6, 0.5, 0.8),
    "cerebrovascular_disease": (-2.7, 0.5, 0.8),
    "renal_disease": (-2.9, 0.4, 0.8),
}
_TENTHS = ("temperature_c", "haematocrit_percent")
PSI_COLUMNS = (
    *_ILLNESSES,
    "temperature_c",
    "heart_rate",
    "arterial_ph",
    "sodium_mmol_l",
    "glucose_mg_dl",
    "haematocrit_percent",
    "pao2_mmhg",
    "pleural_effusion",
)
PSI_WHOLE = tuple(name for name in PSI_COLUMNS if name not in {"arterial_ph", *_TENTHS})


def simulate_pneumonia(n: int, seed: int, site: str | None = "home") -> pd.DataFrame:
    """The patients of `simulate_patients` with everything the pneumonia severity index asks for.

    Oxygen and effusion follow from the severity on the film, the rest from the clinical state, with noise;
    the hazard of death is not changed by them. An effusion is a word in the table and is not drawn.

    Args:
        n: how many patients.
        seed: same seed, same patients.
        site: "home", "A" or "B"; None mixes the three, home first.

    Returns:
        The columns of `simulate_patients`, those of `PSI_COLUMNS`, and `psi` (points; nan where a value is
        missing).

    Example:
        >>> patients = simulate_pneumonia(2000, seed=1)
        >>> bool(70 < patients["psi"].median() < 110)
        True
    """
    people = simulate_patients(n, seed, site)
    rng = np.random.default_rng([seed, _STREAM, 0 if site is None else ord(site[0])])
    state, severity = people["clinical_state"], people["severity"]
    for name, (at_67, ten_years, one_unit) in _ILLNESSES.items():
        chance = expit(at_67 + ten_years * (people["age"] - 67) / 10 + one_unit * state)
        people[name] = (rng.random(n) < chance).astype(np.float64)
    z = rng.standard_normal((6, n))
    people["temperature_c"] = np.round(np.clip(37.9 + 0.15 * state + 0.95 * z[0], 33, 41.5), 1)
    people["heart_rate"] = np.round(np.clip(96 + 11 * state + 16 * z[1], 40, 190))
    people["arterial_ph"] = np.round(np.clip(7.43 - 0.04 * state + 0.05 * z[2], 6.9, 7.65), 2)
    people["sodium_mmol_l"] = np.round(np.clip(136.5 - 2 * state + 4 * z[3], 110, 160))
    people["glucose_mg_dl"] = np.round(np.exp(np.log(128) + 0.12 * state + 0.34 * z[4]))
    women = people["sex"] == "F"
    people["haematocrit_percent"] = np.round(np.clip(38.5 - 2 * state - 2 * women + 5 * z[5], 15, 58), 1)
    oxygen = 80 - 22 * severity - 4 * state + 11 * rng.standard_normal(n)
    people["pao2_mmhg"] = np.round(np.clip(oxygen, 30, 120))
    people["pleural_effusion"] = (rng.random(n) < expit(-2.4 + 2.6 * severity)).astype(np.float64)
    people.loc[rng.random(n) < _BLOOD_GAS_MISSING, ["arterial_ph", "pao2_mmhg"]] = np.nan
    people["psi"] = psi_points(people)
    return people


def psi_points(people: pd.DataFrame) -> Floats:
    """Points of the pneumonia severity index, as the phantom's own truth (Fine 1997).

    Args:
        people: the columns of `simulate_pneumonia`.

    Returns:
        (n,); nan where a value is missing that is needed; class I needs no laboratory and has the points of
        age and sex.

    Example:
        >>> bool(np.nanmin(psi_points(simulate_pneumonia(500, 1))) >= 8)
        True
    """
    years = people["age"] - 10 * (people["sex"] == "F")
    ten = ["nursing_home", "heart_failure", "cerebrovascular_disease", "renal_disease", "pleural_effusion"]
    ills = 10 * people[ten].sum(axis=1) + 30 * people["neoplastic_disease"] + 20 * people["liver_disease"]
    warm = people["temperature_c"]
    signs = 20 * (people["respiratory_rate"] >= 30) + 20 * (people["systolic_bp"] < 90)
    signs += 15 * ((warm < 35) | (warm >= 40)) + 10 * (people["heart_rate"] >= 125)
    blood = 30 * (people["arterial_ph"] < 7.35) + 20 * (people["urea_mmol_l"] * 2.8 >= 30)
    blood += 20 * (people["sodium_mmol_l"] < 130) + 10 * (people["glucose_mg_dl"] >= 250)
    blood += 10 * (people["haematocrit_percent"] < 30) + 10 * (people["pao2_mmhg"] < 60)
    points = years + ills + signs + 20 * people["confusion"] + blood
    unknown = people[["confusion", "urea_mmol_l", "arterial_ph", "pao2_mmhg"]].isna().any(axis=1)
    illnesses = people[[*ten[1:4], "neoplastic_disease", "liver_disease"]].sum(axis=1)
    first = (people["age"] <= 50) & (illnesses == 0) & (signs == 0) & (people["confusion"] == 0)
    return np.where(first, years, np.where(unknown, np.nan, points)).astype(np.float64)
