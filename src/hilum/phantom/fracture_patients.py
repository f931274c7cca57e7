"""People of 50 to 90 years, mostly women, some of whom break a bone from osteoporosis within ten years.

What shows on the film is the mineral of the bones, and vertebrae that are crushed already. The logarithm of
the hazard of fracture is a sum of that image part and of a clinical part (age, sex, earlier fracture,
parents, glucocorticoids, smoking, alcohol, rheumatoid arthritis). FRAX is a column of the table, as in a
hospital: its own tool is licensed and not in here, so the column is the clinical part with noise, on a scale
that resembles FRAX. Death competes; follow-up ends between three and twelve and a half years.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from hilum.errors import HilumError
from hilum.phantom.competing_events import followed, weibull_days

Floats = npt.NDArray[np.float64]

DAYS_A_YEAR = 365.25
TEN_YEARS = 10 * DAYS_A_YEAR
SHAPE = 1.1
DEATH_SHAPE = 1.4
B0 = -2.9
B_BONE = 0.8  # for each standard deviation of bone density below the mean
B_CRUSHED = 0.3
FOLLOW_UP_DAYS = (1_096, 4_565)
FRAX_NOISE = 0.3
_STREAM = 502
FRACTURE_WHOLE = (
    *("age", "height_cm", "previous_fracture", "parent_hip_fracture", "current_smoker"),
    *("glucocorticoids", "rheumatoid_arthritis", "alcohol_3_units", "event"),
)
FRACTURE_COLUMNS = (
    *("site", "sex", "age", "height_cm", "weight_kg", "previous_fracture", "parent_hip_fracture"),
    *("current_smoker", "glucocorticoids", "rheumatoid_arthritis", "alcohol_3_units"),
    *("frax_major", "frax_hip", "years", "event"),
)
_RISKS = {  # name: (share, weight in the clinical part)
    "parent_hip_fracture": (0.08, 0.5),
    "current_smoker": (0.10, 0.35),
    "glucocorticoids": (0.05, 0.6),
    "rheumatoid_arthritis": (0.04, 0.4),
    "alcohol_3_units": (0.06, 0.35),
}


@dataclass(frozen=True)
class _Patients:
    """Who comes to one hospital: mean age, share of women, how much denser their bones are, share of all."""

    name: str
    age_mean: float
    women: float
    bone: float
    share: float


_HOSPITALS = (
    _Patients("university", age_mean=68.0, women=0.82, bone=0.0, share=1 / 2),
    _Patients("province", age_mean=71.0, women=0.78, bone=-0.15, share=1 / 2),
)
FRACTURE_SITES = tuple(hospital.name for hospital in _HOSPITALS)


def simulate_bones(n: int, seed: int, site: str | None = "university") -> pd.DataFrame:
    """Draw patients with known bones, a FRAX column, and known hazards of fracture and death.

    Args:
        n: how many.
        seed: same seed, same patients.
        site: "university" or "province"; None mixes the two, university first.

    Returns:
        One row a patient: `site, sex, age` (50 to 90), `height_cm, weight_kg, previous_fracture,
        parent_hip_fracture, current_smoker, glucocorticoids, rheumatoid_arthritis, alcohol_3_units`,
        `frax_major`, `frax_hip` (percent), `years` to the event or the end of follow-up, `event` (1 fracture,
        2 death without, 0 neither), and the truth: `bone` (mineral on the film, healthy = 1), `crushed`
        (vertebrae), `clinical`, `log_frax`, `log_hazard` (of ten years), `days`, `true_days`, `true_event`.

    Raises:
        HilumError: fewer than one was asked for, or an unknown hospital.

    Example:
        >>> patients = simulate_bones(20_000, seed=1)
        >>> broken = (patients.true_event == 1) & (patients.true_days <= TEN_YEARS)
        >>> 0.08 < broken.mean().item() < 0.2
        True
    """
    if n < 1:
        raise HilumError(f"{n} patients were asked for: ask for at least 1")
    hospitals = [hospital for hospital in _HOSPITALS if site in {None, hospital.name}]
    if not hospitals:
        raise HilumError(f"there is no hospital `{site}`: choose one of {', '.join(FRACTURE_SITES)}")
    second = round(n * _HOSPITALS[1].share) if site is None else 0
    frames = [
        _one_hospital(size, np.random.default_rng([seed, _STREAM, _HOSPITALS.index(hospital)]), hospital)
        for hospital, size in zip(hospitals, (n - second, second), strict=False)
        if size
    ]
    return pd.concat(frames, ignore_index=True)


def _one_hospital(n: int, rng: np.random.Generator, hospital: _Patients) -> pd.DataFrame:
    age = np.floor(np.clip(rng.normal(hospital.age_mean, 9, n), 50, 90.9))
    woman = rng.random(n) < hospital.women
    low = np.where(woman, 1.0, 0.0) + 0.035 * (age - 68) - hospital.bone  # below the young adult's mean
    score = -(0.8 + low) + 1.05 * rng.standard_normal(n)
    height = np.clip(np.where(woman, 154.5, 168.0) - 0.12 * (age - 68) + rng.normal(0, 5.5, n), 130, 195)
    bmi = np.clip(24 + 0.8 * (score + 1.7) + rng.normal(0, 3.0, n), 15, 45)
    people = pd.DataFrame(
        {
            "site": np.full(n, hospital.name),
            "sex": np.where(woman, "F", "M"),
            "age": age,
            "height_cm": np.round(height),
            "weight_kg": np.round(bmi * (height / 100) ** 2, 1),
            "previous_fracture": (rng.random(n) < expit(-1.9 - 0.35 * (score + 1.7))).astype(np.float64),
        }
    )
    clinical = 0.045 * (age - 68) + 0.4 * woman + 0.75 * people["previous_fracture"]
    for name, (share, weight) in _RISKS.items():
        people[name] = (rng.random(n) < share).astype(np.float64)
        clinical += weight * people[name]
    people["bone"] = np.clip(1.1 + 0.15 * score, 0.3, 1.6)
    people["crushed"] = np.minimum(rng.poisson(np.exp(-2.0 - 0.6 * (score + 1.7))), 4)
    people["clinical"] = clinical
    hazard = B0 - B_BONE * (score + 1.7) / 1.05 + B_CRUSHED * people["crushed"] + clinical
    people["log_hazard"] = hazard
    return _outcome(_with_frax(people, rng), rng)


def _with_frax(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    noise = FRAX_NOISE * rng.standard_normal(len(people))
    major = np.exp(1.8 + 0.9 * people["clinical"] + 0.02 * (people["age"] - 68) + noise)
    people["frax_major"] = np.round(np.clip(major, 0.5, 75), 1)
    hip = people["frax_major"] * np.clip(0.30 + 0.012 * (people["age"] - 68), 0.05, 0.7)
    people["frax_hip"] = np.round(hip, 1)
    people["log_frax"] = np.log(people["frax_major"])
    return people


def _outcome(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n = len(people)
    death = (
        -2.0 + 0.09 * (people["age"] - 70) + 0.45 * (people["sex"] == "M") + 0.3 * people["current_smoker"]
    )
    fracture = weibull_days(rng, people["log_hazard"].to_numpy(dtype=np.float64), SHAPE, TEN_YEARS)
    dead = weibull_days(rng, death.to_numpy(dtype=np.float64), DEATH_SHAPE, TEN_YEARS)
    end = rng.integers(FOLLOW_UP_DAYS[0], FOLLOW_UP_DAYS[1], size=n, endpoint=True)
    for name, values in followed(fracture, dead, end).items():
        people[name] = values
    people["years"] = np.round(people["days"] / DAYS_A_YEAR, 3)
    return people
