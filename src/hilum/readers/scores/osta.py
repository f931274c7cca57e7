"""OSTA: who should have bone density measured, from weight and age."""

from collections.abc import Mapping

import numpy as np

from hilum.readers.scores.inputs import Floats
from hilum.readers.scores.patient import AGE, NEVER_ZERO, WEIGHT, under
from hilum.readers.scores.record import RiskGroup, ScoreItem, ScoreRecord


def osta_index(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """OSTA over arrays of cases: 0.2 x (weight in kg - age in years), cut (not rounded) to a whole number.

    The lower, the higher the risk.

    Args:
        inputs: `age`, `weight_kg`.
        choices: None are made.

    Source:
        Koh LKH et al., Osteoporos Int 2001;12:699-705.

    Example:
        >>> osta_index({"age": np.array([70.0]), "weight_kg": np.array([58.0])}, {}).tolist()
        [-2.0]
    """
    del choices
    # Rounding at nine digits keeps 0.2 x 20 from falling to 3.9999999 before it is cut; + 0 makes -0 to 0.
    return np.trunc(np.round(0.2 * (inputs["weight_kg"] - inputs["age"]), 9)) + 0.0


OSTA = ScoreRecord(
    name="osta",
    title="OSTA",
    sentence=(
        "Osteoporosis self-assessment tool for Asians: weight and age, to choose whom to measure bone "
        "density in. A low number means a high risk."
    ),
    version="Koh 2001, cut to a whole number and not rounded",
    citation=(
        "Koh LKH, Ben Sedrine W, Torralba TP, et al. A simple tool to identify Asian women at increased risk "
        "of osteoporosis. Osteoporos Int 2001;12:699-705."
    ),
    population="Postmenopausal women in eight countries of Asia (860 women); it was not made in men.",
    items=(ScoreItem((AGE,)), ScoreItem((WEIGHT,))),
    groups=(
        RiskGroup("high risk", -np.inf, -5),
        RiskGroup("medium risk", -4, -1),
        RiskGroup("low risk", 0, np.inf),
    ),
    lower_is_worse=True,
    missing_policy=NEVER_ZERO,
    population_rules=(under(45, "are under 45 years; OSTA was made in women after the menopause."),),
    points=osta_index,
)
