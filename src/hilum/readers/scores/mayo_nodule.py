"""The Mayo Clinic model of the solitary pulmonary nodule."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from hilum.readers.scores.inputs import Floats
from hilum.readers.scores.nodules import (
    CANCER_FIVE_YEARS,
    DIAMETER_ITEM,
    EVER_SMOKER,
    SPICULATION,
    UPPER_ITEM,
)
from hilum.readers.scores.patient import AGE, NEVER_ZERO, under
from hilum.readers.scores.record import PopulationRule, ScoreItem, ScoreRecord
from hilum.readers.scores.smoking import FORMER, STATUS

_SMOKED = replace(STATUS, to_first=lambda status: np.where(np.isnan(status), np.nan, status >= FORMER))


def mayo_nodule_risk(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """Probability that a solitary pulmonary nodule is malignant, over arrays of cases.

    Args:
        inputs: `age`, `ever_smoker`, `extrathoracic_cancer`, `nodule_diameter_mm`, `spiculation`,
            `upper_lobe`.
        choices: None are made.

    Source:
        Swensen SJ et al., Arch Intern Med 1997;157:849-855.

    Example:
        >>> names = ("age", "ever_smoker", "extrathoracic_cancer", "nodule_diameter_mm", "spiculation")
        >>> case = dict(zip((*names, "upper_lobe"), (60, 1, 0, 15, 0, 1)))
        >>> arrays = {name: np.array([float(value)]) for name, value in case.items()}
        >>> mayo_nodule_risk(arrays, {}).round(9).tolist()
        [0.26998474]
    """
    del choices
    x = (
        -6.8272
        + 0.0391 * inputs["age"]
        + 0.7917 * inputs["ever_smoker"]
        + 1.3388 * inputs["extrathoracic_cancer"]
        + 0.1274 * inputs["nodule_diameter_mm"]
        + 1.0407 * inputs["spiculation"]
        + 0.7838 * inputs["upper_lobe"]
    )
    return 1 / (1 + np.exp(-x))


MAYO_NODULE = ScoreRecord(
    name="mayo_nodule",
    title="Mayo nodule model",
    sentence="Logistic model of the probability that a solitary pulmonary nodule is malignant.",
    version="Swensen 1997",
    citation=(
        "Swensen SJ, Silverstein MD, Ilstrup DM, Schleck CD, Edell ES. The probability of malignancy in "
        "solitary pulmonary nodules: application to small radiologically indeterminate nodules. Arch Intern "
        "Med 1997;157:849-855."
    ),
    population=(
        "Patients with a newly found, radiologically indeterminate solitary nodule of 4 to 30 mm, without "
        "cancer in the past five years and without any lung cancer before (629 patients, Mayo Clinic)."
    ),
    items=(
        ScoreItem((AGE,)),
        ScoreItem((EVER_SMOKER, _SMOKED)),
        ScoreItem((CANCER_FIVE_YEARS,)),
        DIAMETER_ITEM,
        ScoreItem((SPICULATION,)),
        UPPER_ITEM,
    ),
    gives="probability",
    missing_policy=NEVER_ZERO,
    population_rules=(
        under(18, "are under 18 years; the Mayo model was made in adults."),
        PopulationRule(
            lambda inputs: (inputs["nodule_diameter_mm"] < 4) | (inputs["nodule_diameter_mm"] > 30),
            "have a nodule below 4 or above 30 mm, in which the Mayo model was not made.",
        ),
    ),
    points=mayo_nodule_risk,
)
