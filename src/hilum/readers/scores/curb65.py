"""CURB-65: confusion, urea, respiratory rate, blood pressure, age 65 and over."""

from collections.abc import Mapping

import numpy as np

from hilum.readers.scores.record import (
    Floats,
    RiskGroup,
    ScoreChoice,
    ScoreInput,
    ScoreItem,
    ScoreRecord,
)

AGE = ScoreInput(
    name="age",
    sentence="age",
    unit="years",
    possible=(0, 130),
    synonyms=("age_years", "age_at_admission", "age_at_visit", "age_at_exam", "patient_age", "pt_age"),
)
CONFUSION = ScoreInput(
    name="confusion",
    sentence="new confusion, abbreviated mental test 8 or less",
    kind="yes/no",
    synonyms=(
        "confused",
        "new_confusion",
        "mental_confusion",
        "altered_mental_status",
        "altered_mental_state",
        "altered_mentality",
    ),
)
UREA = ScoreInput(
    name="urea_mmol_l",
    sentence="urea in blood",
    unit="mmol/L",
    possible=(0, 150),
    usual_median=(2, 15),
    other_unit="blood urea nitrogen in mg/dL; if so, name the column `bun_mg_dl`",
    synonyms=("urea", "urea_mmol", "blood_urea", "serum_urea", "bun_mmol_l"),
)
BUN = ScoreInput(
    name="bun_mg_dl",
    sentence="blood urea nitrogen",
    unit="mg/dL",
    possible=(0, 420),
    usual_median=(8, 80),
    other_unit="urea in mmol/L; if so, name the column `urea_mmol_l`",
    synonyms=("bun", "bun_mgdl", "blood_urea_nitrogen", "blood_urea_nitrogen_mg_dl", "urea_nitrogen"),
)
RESPIRATORY_RATE = ScoreInput(
    name="respiratory_rate",
    sentence="respiratory rate",
    unit="breaths/min",
    possible=(1, 120),
    usual_median=(10, 45),
    other_unit="another vital sign, such as the heart rate",
    synonyms=("rr", "resp_rate", "respiration_rate", "respiration", "breathing_rate", "breaths_per_minute"),
)
SYSTOLIC = ScoreInput(
    name="systolic_bp",
    sentence="systolic blood pressure",
    unit="mmHg",
    possible=(20, 350),
    usual_median=(80, 180),
    other_unit="another unit or another vital sign (kPa, the diastolic pressure)",
    synonyms=("sbp", "systolic", "systolic_blood_pressure", "sys_bp", "bp_systolic", "bp_sys"),
)
DIASTOLIC = ScoreInput(
    name="diastolic_bp",
    sentence="diastolic blood pressure",
    unit="mmHg",
    possible=(5, 250),
    usual_median=(40, 110),
    other_unit="another unit or another vital sign (kPa, the systolic pressure)",
    synonyms=("dbp", "diastolic", "diastolic_blood_pressure", "dia_bp", "bp_diastolic", "bp_dia"),
)

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
    items = (
        (inputs["confusion"], inputs["confusion"] > 0),
        (_high_urea(inputs, choices["bun_rule"]), _high_urea(inputs, choices["bun_rule"]) > 0),
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
        "presentation to "
        "hospital: an international derivation and validation study. Thorax 2003;58:377-382."
    ),
    population=(
        "Adults admitted with community-acquired pneumonia (1,068 patients; United Kingdom, New Zealand, "
        "the Netherlands)."
    ),
    items=(
        ScoreItem((CONFUSION,)),
        ScoreItem((UREA, BUN)),
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
    missing_policy=(
        "A case with any missing value gets no score and is counted; a missing value is never read as 0."
    ),
    choices=(
        ScoreChoice(
            "bun_rule",
            ("printed", "converted"),
            "blood urea nitrogen counts above 19 mg/dL as printed, or above 19.6 mg/dL as 7 mmol/L converts",
        ),
    ),
    points=curb65_points,
)
