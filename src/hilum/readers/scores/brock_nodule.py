"""The Brock (PanCan) model of pulmonary nodules, full, with spiculation."""

from collections.abc import Mapping

import numpy as np

from hilum.readers.scores.inputs import Floats
from hilum.readers.scores.nodules import COUNT, DIAMETER_ITEM, EMPHYSEMA, NODULE_TYPE, SPICULATION, UPPER_ITEM
from hilum.readers.scores.patient import AGE, NEVER_ZERO, SEX_ITEM, outside_ages
from hilum.readers.scores.record import ScoreItem, ScoreRecord
from hilum.readers.scores.smoking import FAMILY

# Solid, part-solid, ground glass.
BY_TYPE = (0.0, 0.377, -0.1276)


def brock_nodule_risk(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """Probability that a nodule found at screening is a cancer, over arrays of nodules.

    Args:
        inputs: `age`, `sex` (1 female, 0 male), `family_history_lung_cancer`, `emphysema`,
            `nodule_diameter_mm`, `nodule_type` (0 solid, 1 part-solid, 2 ground glass), `upper_lobe`,
            `nodule_count`, `spiculation`.
        choices: None are made.

    Source:
        McWilliams A et al., N Engl J Med 2013;369:910-919, model 2b.

    Example:
        >>> case = {"age": 65, "sex": 1, "family_history_lung_cancer": 1, "emphysema": 1, "nodule_type": 1}
        >>> case |= {"nodule_diameter_mm": 12, "upper_lobe": 1, "nodule_count": 1, "spiculation": 1}
        >>> arrays = {name: np.array([float(value)]) for name, value in case.items()}
        >>> brock_nodule_risk(arrays, {}).round(9).tolist()
        [0.535811065]
    """
    del choices
    kind = inputs["nodule_type"]
    place = np.where(np.isnan(kind), len(BY_TYPE), kind).astype(np.int64)
    x = (
        -6.7892
        + 0.0287 * (inputs["age"] - 62)
        + 0.6011 * inputs["sex"]
        + 0.2961 * inputs["family_history_lung_cancer"]
        + 0.2953 * inputs["emphysema"]
        - 5.3854 * ((inputs["nodule_diameter_mm"] / 10) ** -0.5 - 1.58113883)
        + np.array([*BY_TYPE, np.nan])[place]
        + 0.6581 * inputs["upper_lobe"]
        - 0.0824 * (inputs["nodule_count"] - 4)
        + 0.7729 * inputs["spiculation"]
    )
    return np.asarray(1 / (1 + np.exp(-x)), dtype=np.float64)


BROCK_NODULE = ScoreRecord(
    name="brock_nodule",
    title="Brock nodule model",
    sentence=(
        "Brock (PanCan) logistic model of the probability that a nodule found at screening CT is a cancer."
    ),
    version="McWilliams 2013, full model with spiculation (2b)",
    citation=(
        "McWilliams A, Tammemägi MC, Mayo JR, et al. Probability of cancer in pulmonary nodules detected on "
        "first screening CT. N Engl J Med 2013;369:910-919."
    ),
    population=(
        "Current and former smokers of 50 to 75 years at their first screening CT (PanCan study, Canada; "
        "validated in trials of the British Columbia Cancer Agency)."
    ),
    items=(
        ScoreItem((AGE,)),
        SEX_ITEM,
        ScoreItem((FAMILY,)),
        ScoreItem((EMPHYSEMA,)),
        DIAMETER_ITEM,
        ScoreItem((NODULE_TYPE,)),
        UPPER_ITEM,
        ScoreItem((COUNT,)),
        ScoreItem((SPICULATION,)),
    ),
    gives="probability",
    missing_policy=NEVER_ZERO,
    population_rules=(
        outside_ages(50, 75, "are younger than 50 or older than 75 years, in whom the model was not made."),
    ),
    points=brock_nodule_risk,
)
