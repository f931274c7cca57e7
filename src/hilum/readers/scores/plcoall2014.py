"""PLCOall2014: lung cancer within six years, in people who never smoked too."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hilum.readers.scores.inputs import Floats
from hilum.readers.scores.patient import NEVER_ZERO, outside_ages
from hilum.readers.scores.plcom2012 import SIX_YEARS, screening_groups
from hilum.readers.scores.record import ScoreChoice, ScoreRecord
from hilum.readers.scores.smoking import CURRENT, LUNG_ITEMS, NEVER, by_race


@dataclass(frozen=True)
class _Coefficients:
    """One published parameterisation; races in the order of `plcom2012.RACE`."""

    constant: float
    age: float
    race: tuple[float, ...]
    education: float
    bmi: float
    copd: float
    cancer: float
    family: float
    former: float
    current: float
    intensity: float
    duration: float
    quit: float
    quit_centre: float


FIRST = _Coefficients(
    constant=-6.84088,
    age=0.0796252,
    race=(0.0, 0.3213965, -0.8202554, -0.5240639, 0.9521109, -1.364461),
    education=-0.0879622,
    bmi=-0.0289916,
    copd=0.3454183,
    cancer=0.4845352,
    family=0.5857166,
    former=2.310767,
    current=2.890119,
    intensity=-0.1868627,
    duration=0.0305386,
    quit=-0.0321588,
    quit_centre=10.0,
)
SECOND = _Coefficients(
    constant=-7.02198,
    age=0.079597,
    race=(0.0, 0.3211605, -0.8203332, -0.5241286, 0.952699, -1.364379),
    education=-0.0879289,
    bmi=-0.028948,
    copd=0.3457265,
    cancer=0.4845208,
    family=0.5856777,
    former=2.542472,
    current=2.799727,
    intensity=-0.1815486,
    duration=0.0305566,
    quit=-0.0321362,
    quit_centre=8.593417626,
)
# In the first parameterisation the constant of current smokers already holds that they did not quit.
CURRENT_QUIT = {"first": False, "second": True}


def plcoall2014_risk(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """Probability of lung cancer within six years, over arrays of people who smoke, smoked or never did.

    Two parameterisations circulate. `first`: intensity as ((cigarettes a day + 0.25) / 100)^-1 - 4, no quit
    term for current smokers. `second`: 100 / cigarettes a day - 4.021541613, years since quitting centred at
    8.593417626 and 0 for current smokers. That years smoked are centred at 27 in the first is inferred from
    its agreement with the second; the printed table does not say it.

    Args:
        inputs: As of `plcom2012_risk`; `smoking_status` may be 0 (never), and smoking is then not needed.
        choices: `variant`: `first` or `second`.

    Returns:
        Probabilities; nan where a value is missing.

    Source:
        Tammemägi MC et al., PLoS Med 2014;11:e1001764.

    Example:
        >>> former = {"age": 62, "race": 0, "education": 4, "bmi": 27, "copd": 0, "prior_cancer": 0}
        >>> former |= {"family_history_lung_cancer": 0, "smoking_status": 1, "cigarettes_per_day": 20}
        >>> former |= {"years_smoked": 27, "years_quit": 10}
        >>> arrays = {name: np.array([float(value)]) for name, value in former.items()}
        >>> [plcoall2014_risk(arrays, {"variant": name}).round(9).item() for name in ("first", "second")]
        [0.008964829, 0.008992351]
    """
    variant = choices["variant"]
    b = FIRST if variant == "first" else SECOND
    z = (
        b.constant
        + b.age * (inputs["age"] - 62)
        + by_race(inputs, b.race)
        + b.education * (inputs["education"] - 4)
        + b.bmi * (inputs["bmi"] - 27)
        + b.copd * inputs["copd"]
        + b.cancer * inputs["prior_cancer"]
        + b.family * inputs["family_history_lung_cancer"]
        + _smoking(inputs, b, variant)
    )
    return 1 / (1 + np.exp(-z))


def _smoking(inputs: Mapping[str, Floats], b: _Coefficients, variant: str) -> Floats:
    status, cigarettes = inputs["smoking_status"], inputs["cigarettes_per_day"]
    current = status == CURRENT
    with np.errstate(divide="ignore"):
        if variant == "first":
            intensity = 100 / (cigarettes + 0.25) - 4
        else:
            intensity = np.where(cigarettes > 0, 100 / cigarettes, np.nan) - 4.021541613
    terms = b.intensity * intensity + b.duration * (inputs["years_smoked"] - 27)
    stayed = b.quit * (0 - b.quit_centre) if CURRENT_QUIT[variant] else 0.0
    stopped = b.quit * (inputs["years_quit"] - b.quit_centre)
    smoking = terms + np.where(current, b.current + stayed, b.former + stopped)
    return np.where(np.isnan(status), np.nan, np.where(status == NEVER, 0.0, smoking))


PLCOALL2014 = ScoreRecord(
    name="plcoall2014",
    title="PLCOall2014",
    sentence=(
        "Logistic model of the probability of lung cancer within six years in all people, those who never "
        "smoked included."
    ),
    version="Tammemägi 2014, PLCOall2014; two parameterisations circulate, see the choice `variant`",
    citation=(
        "Tammemägi MC, Church TR, Hocking WG, et al. Evaluation of the lung cancer risks at which to screen "
        "ever- and never-smokers: screening rules applied to the PLCO and NLST cohorts. PLoS Med "
        "2014;11:e1001764."
    ),
    population=(
        "Smokers, former smokers and never-smokers of 55 to 74 years in the PLCO trial (United States)."
    ),
    items=LUNG_ITEMS,
    horizon_days=SIX_YEARS,
    gives="probability",
    groups=screening_groups(),
    missing_policy=(
        NEVER_ZERO + " Pack-years do not replace cigarettes a day and years smoked. Never-smokers need no "
        "values of smoking."
    ),
    choices=(ScoreChoice("variant", ("first", "second"), "two parameterisations of PLCOall2014 circulate"),),
    population_rules=(
        outside_ages(55, 74, "are younger than 55 or older than 74 years, in whom PLCOall2014 was not made."),
    ),
    points=plcoall2014_risk,
    remark=(
        "In the first parameterisation the centre of the years smoked, 27, is inferred from its agreement "
        "with the second."
    ),
)
