"""PLCOm2012: lung cancer within six years in people who smoke or have smoked."""

from collections.abc import Mapping

import numpy as np

from hilum.readers.scores.inputs import Floats, Inputs, Mask
from hilum.readers.scores.patient import NEVER_ZERO, outside_ages
from hilum.readers.scores.record import PopulationRule, RiskGroup, ScoreRecord
from hilum.readers.scores.smoking import CURRENT, LUNG_ITEMS, NEVER, by_race

SIX_YEARS = 2192.0
SCREENED_FROM = 0.0151
# White, Black, Hispanic, Asian, American Indian or Alaskan Native, Native Hawaiian or Pacific Islander.
RACE = (0.0, 0.3944778, -0.7434744, -0.466585, 1.027152, 0.0)
RACE_NOTE = (
    "Public implementations of PLCOm2012 disagree on which of two groups has the coefficient 1.027152; here "
    "it is American Indian or Alaskan Native (odds ratio 2.793), and Native Hawaiian or Pacific Islander "
    "has 0."
)


def plcom2012_risk(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """Probability of lung cancer within six years, over arrays of people who ever smoked.

    Public implementations disagree on which of American Indian or Alaskan Native and Native Hawaiian or
    Pacific Islander has the coefficient 1.027152 (odds ratio 2.793) and which has 0. Here American Indian or
    Alaskan Native has it.

    Args:
        inputs: `age`, `race` (its place among White, Black, Hispanic, Asian, American Indian, Pacific),
            `education` (1 to 6), `bmi`, `copd`, `prior_cancer`, `family_history_lung_cancer` (1/0),
            `smoking_status` (1 former, 2 current), `cigarettes_per_day`, `years_smoked`, `years_quit` (0 is
            taken for current smokers).
        choices: None are made.

    Returns:
        Probabilities; nan where a value is missing or cigarettes a day are 0.

    Source:
        Tammemägi MC et al., N Engl J Med 2013;368:728-736.

    Example:
        >>> former = {"age": 62, "race": 0, "education": 4, "bmi": 27, "copd": 0, "prior_cancer": 0}
        >>> former |= {"family_history_lung_cancer": 0, "smoking_status": 1, "cigarettes_per_day": 20}
        >>> former |= {"years_smoked": 27, "years_quit": 10}
        >>> arrays = {name: np.array([float(value)]) for name, value in former.items()}
        >>> plcom2012_risk(arrays, {}).round(9).tolist()
        [0.008916985]
    """
    del choices
    current = inputs["smoking_status"] == CURRENT
    quit_years = np.where(current, 0.0, inputs["years_quit"])
    with np.errstate(divide="ignore"):
        intensity = 1 / (inputs["cigarettes_per_day"] / 10)
    z = (
        -4.532506
        + 0.0778868 * (inputs["age"] - 62)
        + by_race(inputs, RACE)
        - 0.0812744 * (inputs["education"] - 4)
        - 0.0274194 * (inputs["bmi"] - 27)
        + 0.3553063 * inputs["copd"]
        + 0.4589971 * inputs["prior_cancer"]
        + 0.587185 * inputs["family_history_lung_cancer"]
        + 0.2597431 * current
        - 1.822606 * (intensity - 0.4021541613)
        + 0.0317321 * (inputs["years_smoked"] - 27)
        - 0.0308572 * (quit_years - 10)
    )
    risk = 1 / (1 + np.exp(-z))
    smoked = (inputs["smoking_status"] != NEVER) & (inputs["cigarettes_per_day"] > 0)
    return np.where(smoked & ~np.isnan(inputs["smoking_status"]), risk, np.nan)


def never_smoked(inputs: Inputs) -> Mask:
    """Cases who are known never to have smoked."""
    return np.asarray(inputs["smoking_status"] == NEVER)


def screening_groups() -> tuple[RiskGroup, ...]:
    """Below and from the threshold of 1.51 % at which screening was proposed."""
    below = float(np.nextafter(SCREENED_FROM, 0))
    return (
        RiskGroup("below 1.51 %", 0, below),
        RiskGroup("1.51 % or more", SCREENED_FROM, 1, advice="screening was proposed from here"),
    )


PLCOM2012 = ScoreRecord(
    name="plcom2012",
    title="PLCOm2012",
    sentence="Logistic model of the probability of lung cancer within six years in people who ever smoked.",
    version="Tammemägi 2013, PLCOm2012, with race or ethnic group",
    citation=(
        "Tammemägi MC, Katki HA, Hocking WG, et al. Selection criteria for lung-cancer screening. N Engl J "
        "Med 2013;368:728-736. Threshold 1.51 %: Tammemägi MC, Church TR, Hocking WG, et al. Evaluation of "
        "the lung cancer risks at which to screen ever- and never-smokers. PLoS Med 2014;11:e1001764."
    ),
    population=(
        "Current and former smokers of 55 to 74 years in the PLCO trial (United States; made in the control "
        "arm, validated in the intervention arm)."
    ),
    items=LUNG_ITEMS,
    horizon_days=SIX_YEARS,
    gives="probability",
    groups=screening_groups(),
    missing_policy=(
        NEVER_ZERO + " Pack-years do not replace cigarettes a day and years smoked. Current smokers have "
        "quit for 0 years."
    ),
    population_rules=(
        PopulationRule(
            never_smoked,
            "have never smoked; PLCOm2012 is defined for smokers and former smokers only, and they get no "
            "score (PLCOall2014 is for all).",
            refused=True,
        ),
        outside_ages(55, 74, "are younger than 55 or older than 74 years, in whom PLCOm2012 was not made."),
    ),
    points=plcom2012_risk,
    remark=RACE_NOTE,
)
