"""CRB-65: CURB-65 without urea, for where no blood is taken."""

from collections.abc import Mapping

import numpy as np

from hilum.readers.scores.inputs import Floats
from hilum.readers.scores.patient import (
    AGE,
    CONFUSION,
    DIASTOLIC,
    NEVER_ZERO,
    RESPIRATORY_RATE,
    SYSTOLIC,
    under,
)
from hilum.readers.scores.record import RiskGroup, ScoreItem, ScoreRecord


def crb65_points(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """CRB-65 points, 0 to 4, over arrays of cases.

    One point each: confusion; respiratory rate >= 30/min; systolic < 90 or diastolic <= 60 mmHg; age >= 65.
    Any missing value gives nan.

    Args:
        inputs: `age`, `confusion` (1/0), `respiratory_rate`, `systolic_bp`, `diastolic_bp`.
        choices: None are made.

    Source:
        Lim WS et al., Thorax 2003;58:377-382.

    Example:
        >>> case = {"age": 70, "respiratory_rate": 30, "confusion": 0, "systolic_bp": 95, "diastolic_bp": 60}
        >>> crb65_points({name: np.array([float(value)]) for name, value in case.items()}, {}).tolist()
        [3.0]
    """
    del choices
    low_pressure = (inputs["systolic_bp"] < 90) | (inputs["diastolic_bp"] <= 60)
    items = (
        (inputs["confusion"], inputs["confusion"] > 0),
        (inputs["respiratory_rate"], inputs["respiratory_rate"] >= 30),
        (inputs["systolic_bp"] + inputs["diastolic_bp"], low_pressure),
        (inputs["age"], inputs["age"] >= 65),
    )
    points: Floats = np.sum([np.where(np.isnan(known), np.nan, met) for known, met in items], axis=0)
    return points.astype(np.float64)


CRB65 = ScoreRecord(
    name="crb65",
    title="CRB-65",
    sentence=(
        "Four bedside signs, one point each, for the risk of death within 30 days in community-acquired "
        "pneumonia; no blood is needed."
    ),
    version="Lim 2003, four-point score without urea",
    citation=(
        "Lim WS, van der Eerden MM, Laing R, et al. Defining community acquired pneumonia severity on "
        "presentation to hospital: an international derivation and validation study. Thorax 2003;58:377-382."
    ),
    population=(
        "Adults admitted with community-acquired pneumonia (1,068 patients; United Kingdom, New Zealand, "
        "the Netherlands)."
    ),
    items=(
        ScoreItem((CONFUSION,)),
        ScoreItem((RESPIRATORY_RATE,)),
        ScoreItem((SYSTOLIC,)),
        ScoreItem((DIASTOLIC,)),
        ScoreItem((AGE,)),
    ),
    horizon_days=30,
    groups=(
        RiskGroup("0", 0, 0, 0.012, "care at home is likely suitable"),
        RiskGroup("1-2", 1, 2, 0.082, "consider hospital referral"),
        RiskGroup("3-4", 3, 4, 0.31, "urgent hospital admission"),
    ),
    missing_policy=NEVER_ZERO,
    population_rules=(under(18, "are under 18 years; CRB-65 was validated in adults only."),),
    points=crb65_points,
)
