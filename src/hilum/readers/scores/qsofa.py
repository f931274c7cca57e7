"""qSOFA: three bedside signs of a poor course in suspected infection."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from hilum.readers.scores.inputs import Floats, ScoreInput
from hilum.readers.scores.patient import CONFUSION, NEVER_ZERO, RESPIRATORY_RATE, SYSTOLIC
from hilum.readers.scores.record import RiskGroup, ScoreItem, ScoreRecord

GCS = ScoreInput(
    name="gcs",
    sentence="Glasgow coma scale",
    unit="points",
    possible=(3, 15),
    whole=True,
    synonyms=("glasgow_coma_scale", "glasgow_coma_score", "gcs_total", "gcs_score"),
)
ALTERED = replace(
    CONFUSION,
    name="altered_mental_status",
    sentence="altered mentation",
    synonyms=("altered_mentation", "altered_mental_state", "altered_mentality", "의식변화", "의식저하"),
)


def qsofa_points(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """qSOFA, 0 to 3, over arrays of cases; any missing value gives nan.

    One point each: respiratory rate >= 22/min; systolic pressure <= 100 mmHg; Glasgow coma scale < 15.

    Args:
        inputs: `respiratory_rate`, `systolic_bp`, `gcs`, or `altered_mental_status` (1/0) where the scale is
            not known.
        choices: None are made.

    Source:
        Seymour CW et al., JAMA 2016;315:762-774.

    Example:
        >>> case = {"respiratory_rate": 22, "systolic_bp": 100, "gcs": 15, "altered_mental_status": 1}
        >>> qsofa_points({name: np.array([float(value)]) for name, value in case.items()}, {}).tolist()
        [2.0]
    """
    del choices
    rate, pressure, scale = inputs["respiratory_rate"], inputs["systolic_bp"], inputs["gcs"]
    altered = np.where(np.isnan(scale), inputs["altered_mental_status"], scale < 15)
    points = (rate >= 22).astype(np.float64) + (pressure <= 100) + altered
    return np.where(np.isnan(rate) | np.isnan(pressure), np.nan, points)


QSOFA = ScoreRecord(
    name="qsofa",
    title="qSOFA",
    sentence="Three bedside signs, one point each, for death in hospital with suspected infection.",
    version="Seymour 2016 (Sepsis-3)",
    citation=(
        "Seymour CW, Liu VX, Iwashyna TJ, et al. Assessment of clinical criteria for sepsis: for the Third "
        "International Consensus Definitions for Sepsis and Septic Shock (Sepsis-3). JAMA 2016;315:762-774."
    ),
    population=(
        "Adults with suspected infection, outside intensive care above all (148,907 patients; United States)."
    ),
    items=(
        ScoreItem((RESPIRATORY_RATE,)),
        ScoreItem((SYSTOLIC,)),
        ScoreItem((GCS, ALTERED)),
    ),
    groups=(RiskGroup("0-1", 0, 1), RiskGroup("2-3", 2, 3, advice="look for organ dysfunction")),
    missing_policy=NEVER_ZERO,
    points=qsofa_points,
)
