"""CURB-65: confusion, urea, respiratory rate, blood pressure, age 65 and over."""

from collections.abc import Mapping

import numpy as np

from hilum.readers.scores.inputs import Floats
from hilum.readers.scores.laboratory import BUN, UREA, UREA_MG_DL
from hilum.readers.scores.patient import (
    AGE,
    CONFUSION,
    DIASTOLIC,
    NEVER_ZERO,
    RESPIRATORY_RATE,
    SYSTOLIC,
    under,
)
from hilum.readers.scores.record import RiskGroup, ScoreChoice, ScoreItem, ScoreRecord

UREA_ABOVE_MMOL_L = 7.0
BUN_ABOVE_MG_DL = {"printed": 19.0, "converted": 19.6}


def _high_urea(inputs: Mapping[str, Floats], bun_rule: str) -> Floats:
    """1 where urea counts, 0 where not, nan where neither urea nor BUN is known; urea goes first."""
    urea, bun = inputs["urea_mmol_l"], inputs["bun_mg_dl"]
    from_bun = np.where(np.isnan(bun), np.nan, bun > BUN_ABOVE_MG_DL[bun_rule])
    return np.where(np.isnan(urea), from_bun, urea > UREA_ABOVE_MMOL_L)


def curb65_points(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """CURB-65 points, 0 to 5, over arrays of cases.

    One point each: confusion; urea > 7 mmol/L; respiratory rate >= 30/min; systolic < 90 or diastolic <= 60
    mmHg;
    age >= 65. Any missing value gives nan, never a point less: both pressures are needed.

    Args:
        inputs: `age`, `confusion` (1/0), `urea_mmol_l`, `bun_mg_dl`, `respiratory_rate`, `systolic_bp`,
            `diastolic_bp`.
        choices: `bun_rule`: `printed` counts BUN > 19 mg/dL, `converted` BUN > 19.6 (7 mmol/L x 2.8).

    Returns:
        Points as floats, nan where a value is missing.

    Source:
        Lim WS et al., Thorax 2003;58:377-382.

    Example:
        >>> none = np.array([np.nan])
        >>> case = {"age": 70, "bun_mg_dl": 21, "respiratory_rate": 30, "confusion": 0}
        >>> case |= {"systolic_bp": 95, "diastolic_bp": 60}
        >>> arrays = {name: np.array([float(value)]) for name, value in case.items()} | {"urea_mmol_l": none}
        >>> curb65_points(arrays, {"bun_rule": "printed"}).tolist()
        [4.0]
    """
    low_pressure = (inputs["systolic_bp"] < 90) | (inputs["diastolic_bp"] <= 60)
    urea = _high_urea(inputs, choices["bun_rule"])
    items = (
        (inputs["confusion"], inputs["confusion"] > 0),
        (urea, urea > 0),
        (inputs["respiratory_rate"], inputs["respiratory_rate"] >= 30),
        (inputs["systolic_bp"] + inputs["diastolic_bp"], low_pressure),
        (inputs["age"], inputs["age"] >= 65),
    )
    points: Floats = np.sum([np.where(np.isnan(known), np.nan, met) for known, met in items], axis=0)
    return points.astype(np.float64)


CURB65 = ScoreRecord(
    name="curb65",
    title="CURB-65",
    sentence=(
        "Five signs at admission, one point each, for the risk of death within 30 days in community-acquired "
        "pneumonia."
    ),
    version="Lim 2003, five-point score with urea",
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
        ScoreItem((UREA, BUN, UREA_MG_DL)),
        ScoreItem((RESPIRATORY_RATE,)),
        ScoreItem((SYSTOLIC,)),
        ScoreItem((DIASTOLIC,)),
        ScoreItem((AGE,)),
    ),
    horizon_days=30,
    risk_by_points=(0.007, 0.021, 0.092, 0.145, 0.40, 0.57),
    groups=(
        RiskGroup("0-1", 0, 1, 0.015, "outpatient care"),
        RiskGroup("2", 2, 2, 0.092, "inpatient care or observation"),
        RiskGroup("3-5", 3, 5, 0.22, "inpatient care; consider intensive care at 4-5"),
    ),
    missing_policy=NEVER_ZERO,
    choices=(
        ScoreChoice(
            "bun_rule",
            ("printed", "converted"),
            "blood urea nitrogen counts above 19 mg/dL as printed, or above 19.6 mg/dL as 7 mmol/L converts",
        ),
    ),
    population_rules=(under(18, "are under 18 years; CURB-65 was validated in adults only."),),
    points=curb65_points,
)
