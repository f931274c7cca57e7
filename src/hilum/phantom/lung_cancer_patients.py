"""People who come for a health check-up, some of whom have lung cancer found within six years.

Smoking, education, race, illnesses and family follow from age and sex. Two things show on the film: nodules
and scars (independent of smoking) and emphysema (which grows with pack-years). The logarithm of the hazard of
lung cancer is a sum of an image part (nodules, emphysema) and of a part of the history, which is the linear
predictor of PLCOall2014 times a weight; death from other causes competes, with a hazard of its own. Nobody
is lost before day 2,200, so the status at six years is known for everybody.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from hilum.errors import HilumError
from hilum.phantom.competing_events import followed, weibull_days

Floats = npt.NDArray[np.float64]

SIX_YEARS = 6 * 365.25
SHAPE = 1.2
DEATH_SHAPE = 1.3
B0 = -4.6
B_NODULES = 4.0
B_EMPHYSEMA = 1.4
B_HISTORY = 0.6
HISTORY_CENTRE = -5.0
FOLLOW_UP_DAYS = (2_200, 3_300)
_STREAM = 501
_EDUCATION = (
    "less_than_high_school",
    "high_school_graduate",
    "some_training_after_high_school",
    "some_college",
    "college_graduate",
    "postgraduate",
)
_RACES = ("asian", "white", "black", "hispanic")
_RACE_TERM = {"asian": -0.5240639, "white": 0.0, "black": 0.3213965, "hispanic": -0.8202554}
LUNG_WHOLE = (
    *("age", "copd", "prior_cancer", "family_history_lung_cancer"),
    *("cigarettes_per_day", "years_smoked", "years_quit", "days", "event"),
)
LUNG_COLUMNS = (
    *("site", "sex", "age", "race", "education", "bmi", "copd", "prior_cancer"),
    *("family_history_lung_cancer", "smoking_status", "cigarettes_per_day", "years_smoked", "years_quit"),
    *("days", "event"),
)
_MISSING = {"bmi": 0.01, "education": 0.02, "family_history_lung_cancer": 0.02}


@dataclass(frozen=True)
class _Visitors:
    """Who comes to one centre: mean age, share of men, how much more the men smoke, share of all."""

    name: str
    age_mean: float
    men: float
    smoking: float
    share: float


_CENTRES = (
    _Visitors("checkup", age_mean=60.0, men=0.55, smoking=0.0, share=2 / 3),
    _Visitors("district", age_mean=64.0, men=0.60, smoking=0.12, share=1 / 3),
)
LUNG_SITES = tuple(centre.name for centre in _CENTRES)


def plcoall2014_logit(people: pd.DataFrame) -> Floats:
    """Linear predictor of PLCOall2014, first parameterisation, as the phantom's own truth.

    Args:
        people: `age, race, education` (as in the table), `bmi, copd, prior_cancer,
            family_history_lung_cancer, smoking_status, cigarettes_per_day, years_smoked, years_quit`.

    Returns:
        (n,); nan where a value is missing that is needed.

    Reference:
        Tammemägi MC et al., PLoS Med 2014;11:e1001764.

    Example:
        >>> bool(np.nanmean(plcoall2014_logit(simulate_visitors(2000, 1))) < -4)
        True
    """
    level = people["education"].map({word: place for place, word in enumerate(_EDUCATION, 1)})
    logit = -6.84088 + 0.0796252 * (people["age"] - 62) + people["race"].map(_RACE_TERM)
    logit += -0.0879622 * (level - 4) - 0.0289916 * (people["bmi"] - 27) + 0.3454183 * people["copd"]
    logit += 0.4845352 * people["prior_cancer"] + 0.5857166 * people["family_history_lung_cancer"]
    amount = -0.1868627 * (100 / (people["cigarettes_per_day"] + 0.25) - 4)
    amount += 0.0305386 * (people["years_smoked"] - 27)
    former = amount + 2.310767 - 0.0321588 * (people["years_quit"] - 10)
    status = people["smoking_status"]
    logit += np.select([status == "never", status == "current"], [0.0, amount + 2.890119], former)
    return np.asarray(logit, dtype=np.float64)


def simulate_visitors(n: int, seed: int, site: str | None = "checkup") -> pd.DataFrame:
    """Draw visitors of a check-up with known image signs and known hazards.

    Args:
        n: how many.
        seed: same seed, same people.
        site: "checkup" or "district"; None mixes the two, check-up first.

    Returns:
        One row a person: `site, sex, age` (50 to 79), `race, education, bmi, copd, prior_cancer,
        family_history_lung_cancer, smoking_status, cigarettes_per_day, years_smoked, years_quit` as a
        questionnaire has them, `days`, `event` (1 lung cancer, 2 death without, 0 neither), and the truth:
        `nodules`, `emphysema` (each 0 to 1), `history` (the linear predictor of PLCOall2014), `log_hazard`
        (of six years), `true_days`, `true_event`.

    Raises:
        HilumError: fewer than one was asked for, or an unknown centre.

    Example:
        >>> people = simulate_visitors(20_000, seed=1)
        >>> cancer = (people.event == 1) & (people.days <= SIX_YEARS)
        >>> 0.02 < cancer.mean().item() < 0.05
        True
    """
    if n < 1:
        raise HilumError(f"{n} people were asked for: ask for at least 1")
    centres = [centre for centre in _CENTRES if site in {None, centre.name}]
    if not centres:
        raise HilumError(f"there is no centre `{site}`: choose one of {', '.join(LUNG_SITES)}")
    second = round(n * _CENTRES[1].share) if site is None else 0
    sizes = [n - second, second]
    frames = [
        _one_centre(size, np.random.default_rng([seed, _STREAM, _CENTRES.index(centre)]), centre)
        for centre, size in zip(centres, sizes, strict=False)
        if size
    ]
    return pd.concat(frames, ignore_index=True)


def _smoking(rng: np.random.Generator, age: Floats, man: npt.NDArray[np.bool_], more: float) -> pd.DataFrame:
    n = len(age)
    chance = rng.random(n)
    never = np.where(man, 0.30 - more, 0.93 - more / 3)
    status = np.where(
        chance < never, "never", np.where(chance < never + 0.5 * (1 - never), "former", "current")
    )
    since = age - np.clip(np.round(rng.normal(20, 3, n)), 14, 30)
    smoked = np.where(status == "current", since, np.maximum(np.floor(since * rng.uniform(0.3, 0.95, n)), 1))
    cigarettes = np.clip(5 * np.round(rng.normal(15, 8, n) / 5), 5, 60)
    smoker = status != "never"
    return pd.DataFrame(
        {
            "smoking_status": status,
            "cigarettes_per_day": np.where(smoker, cigarettes, np.nan),
            "years_smoked": np.where(smoker, smoked, np.nan),
            "years_quit": np.where(status == "former", since - smoked, np.nan),
        }
    )


def _one_centre(n: int, rng: np.random.Generator, centre: _Visitors) -> pd.DataFrame:
    age = np.floor(np.clip(rng.normal(centre.age_mean, 7.5, n), 50, 79.9))
    man = rng.random(n) < centre.men
    smoking = _smoking(rng, age, man, centre.smoking)
    packs = (smoking["cigarettes_per_day"] * smoking["years_smoked"] / 20).fillna(0).to_numpy()
    copd = rng.random(n) < expit(-3.4 + 0.03 * packs + 0.04 * (age - 62))
    people = pd.DataFrame(
        {
            "site": np.full(n, centre.name),
            "sex": np.where(man, "M", "F"),
            "age": age,
            "race": rng.choice(_RACES, size=n, p=[0.94, 0.03, 0.01, 0.02]),
            "education": rng.choice(_EDUCATION, size=n, p=[0.18, 0.32, 0.06, 0.10, 0.25, 0.09]),
            "bmi": np.round(np.clip(rng.normal(24.2, 3.1, n), 15, 45), 1),
            "copd": copd.astype(np.float64),
            "prior_cancer": (rng.random(n) < expit(-3.0 + 0.04 * (age - 60))).astype(np.float64),
            "family_history_lung_cancer": (rng.random(n) < 0.06).astype(np.float64),
        }
    ).join(smoking)
    people["nodules"] = 0.7 * np.clip((rng.random(n) - 0.4) / 0.6, 0, 1) ** 1.6
    people["emphysema"] = np.clip(0.006 * packs + 0.2 * copd + rng.normal(0.08, 0.13, n), 0, 1)
    people["history"] = plcoall2014_logit(people)
    return _outcome(people, rng)


def _outcome(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n = len(people)
    image = B_NODULES * people["nodules"] + B_EMPHYSEMA * people["emphysema"]
    people["log_hazard"] = B0 + image + B_HISTORY * (people["history"] - HISTORY_CENTRE)
    death = -3.4 + 0.09 * (people["age"] - 62) + 0.35 * (people["sex"] == "M") + 0.8 * people["emphysema"]
    death += 0.4 * (people["smoking_status"] == "current")
    cancer = weibull_days(rng, people["log_hazard"].to_numpy(dtype=np.float64), SHAPE, SIX_YEARS)
    dead = weibull_days(rng, death.to_numpy(dtype=np.float64), DEATH_SHAPE, SIX_YEARS)
    end = rng.integers(FOLLOW_UP_DAYS[0], FOLLOW_UP_DAYS[1], size=n, endpoint=True)
    for name, values in followed(cancer, dead, end).items():
        people[name] = values
    for name, share in _MISSING.items():  # completely at random, and only in the table
        people.loc[rng.random(n) < share, name] = None
    return people
