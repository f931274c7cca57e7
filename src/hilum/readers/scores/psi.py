"""PSI, the pneumonia severity index (PORT score)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hilum.readers.scores.inputs import Floats, Inputs
from hilum.readers.scores.patient import under
from hilum.readers.scores.psi_inputs import PSI_ITEMS, class_one
from hilum.readers.scores.record import RiskGroup, ScoreChoice, ScoreRecord

CLASS_ENDS = (70, 90, 130)


def psi_points(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """Points of the pneumonia severity index over arrays of cases.

    Age in completed years (women 10 less), nursing home 10; neoplasm 30, liver disease 20, heart failure,
    cerebrovascular and renal disease 10 each; altered mental status 20, respiratory rate >= 30 20, systolic
    pressure < 90 20, temperature < 35 or >= 40 degrees Celsius 15, heart rate >= 125 10; pH < 7.35 30, BUN
    >= 30 mg/dL 20, sodium < 130 mmol/L 20, glucose >= 250 mg/dL 10, haematocrit < 30 % 10, PaO2 < 60 mmHg or
    SaO2 < 90 % 10, pleural effusion 10.

    Class I is told before any point is given (at most 50 years, none of the five diseases, none of the five
    abnormal signs), so its cases get the points of age and sex alone, and need no laboratory.

    Args:
        inputs: Values by input name, as in `PSI.items`; nan where missing.
        choices: `missing_as_normal`: with `no`, a missing laboratory value gives nan.

    Source:
        Fine MJ et al., N Engl J Med 1997;336:243-250.

    Example:
        >>> from hilum.readers import score
        >>> import pandas as pd
        >>> man = {name: 0 for name in ("nursing home", "cancer", "heart failure", "stroke", "renal disease")}
        >>> man |= {"age": 40, "sex": "M", "liver disease": 1, "confusion": 0, "rr": 18, "sbp": 120}
        >>> man |= {"temperature": 37, "pulse": 80, "ph": 7.4, "bun": 12, "na": 140, "glucose": 100}
        >>> man |= {"hct": 42, "pao2": 90, "effusion": 0}
        >>> scored = score("psi").scored(pd.DataFrame([man]))
        >>> scored.points.tolist(), scored.group.tolist()
        ([60.0], ['II'])
    """
    years = np.floor(inputs["age"]) - 10 * inputs["sex"]
    points = years + 10 * inputs["nursing_home"] + _diseases(inputs) + _signs(inputs)
    points = points + _laboratory(inputs, as_normal=choices["missing_as_normal"] == "yes")
    points = points + 10 * inputs["pleural_effusion"]
    return np.where(class_one(inputs), years, points)


def _diseases(inputs: Inputs) -> Floats:
    ten = inputs["heart_failure"] + inputs["cerebrovascular_disease"] + inputs["renal_disease"]
    return 30 * inputs["neoplastic_disease"] + 20 * inputs["liver_disease"] + 10 * ten


def _met(met: NDArray[np.bool_], *known: Floats) -> Floats:
    """1 or 0, nan where the value is missing."""
    missing = np.any([np.isnan(value) for value in known], axis=0)
    return np.where(missing, np.nan, met.astype(np.float64))


def _signs(inputs: Inputs) -> Floats:
    rate, pressure = inputs["respiratory_rate"], inputs["systolic_bp"]
    temperature, pulse = inputs["temperature_c"], inputs["heart_rate"]
    twenty = inputs["altered_mental_status"] + _met(rate >= 30, rate) + _met(pressure < 90, pressure)
    fever = _met((temperature < 35) | (temperature >= 40), temperature)
    return 20 * twenty + 15 * fever + 10 * _met(pulse >= 125, pulse)


def _laboratory(inputs: Inputs, *, as_normal: bool) -> Floats:
    pressure, saturation = inputs["pao2_mmhg"], inputs["sao2_percent"]
    oxygen = np.where(np.isnan(pressure), saturation, pressure)
    met = (
        (30, _met(inputs["arterial_ph"] < 7.35, inputs["arterial_ph"])),
        (20, _met(inputs["bun_mg_dl"] >= 30, inputs["bun_mg_dl"])),
        (20, _met(inputs["sodium_mmol_l"] < 130, inputs["sodium_mmol_l"])),
        (10, _met(inputs["glucose_mg_dl"] >= 250, inputs["glucose_mg_dl"])),
        (10, _met(inputs["haematocrit_percent"] < 30, inputs["haematocrit_percent"])),
        (10, _met((pressure < 60) | (saturation < 90), oxygen)),
    )
    total: Floats = np.sum([n * (np.nan_to_num(value) if as_normal else value) for n, value in met], axis=0)
    return total


def psi_class(inputs: Inputs, points: Floats) -> NDArray[np.int64]:
    """The class of each case as its place among I to V: I by its rule, the others by points.

    Example:
        >>> psi_class({name: np.array([np.nan]) for name in PSI_NAMES}, np.array([75.0])).tolist()
        [2]
    """
    by_points = 1 + np.searchsorted(np.array(CLASS_ENDS), points, side="left")
    return np.where(class_one(inputs), 0, by_points).astype(np.int64)


PSI_NAMES = tuple(each.name for item in PSI_ITEMS for each in item.inputs)

PSI = ScoreRecord(
    name="psi",
    title="PSI",
    sentence=(
        "Pneumonia severity index (PORT score): twenty findings at presentation in five classes, for the "
        "risk of death within 30 days in community-acquired pneumonia."
    ),
    version=(
        "Fine 1997; class I by its own rule, with the points of age and sex. Urea was brought to BUN with "
        "2.8, glucose to mg/dL with 18.016, kPa to mmHg with 7.50062"
    ),
    citation=(
        "Fine MJ, Auble TE, Yealy DM, et al. A prediction rule to identify low-risk patients with "
        "community-acquired pneumonia. N Engl J Med 1997;336:243-250."
    ),
    population=(
        "Adults with community-acquired pneumonia, in and out of hospital (derived in 14,199 inpatients, "
        "validated in 38,039 inpatients and in the 2,287 patients of the Pneumonia PORT cohort)."
    ),
    items=PSI_ITEMS,
    horizon_days=30,
    groups=(
        RiskGroup("I", -np.inf, -np.inf, 0.001, "outpatient care"),
        RiskGroup("II", -np.inf, 70, 0.006, "outpatient care"),
        RiskGroup("III", 71, 90, 0.009, "outpatient care or brief observation"),
        RiskGroup("IV", 91, 130, 0.093, "inpatient care"),
        RiskGroup("V", 131, np.inf, 0.27, "inpatient care"),
    ),
    group_of=psi_class,
    missing_policy=(
        "A case with any missing value gets no score and is counted, except that class I needs no "
        "laboratory; only where it is chosen (missing_as_normal) do missing laboratory values count as "
        "normal, and then they are counted."
    ),
    choices=(
        ScoreChoice(
            "missing_as_normal",
            ("no", "yes"),
            "a laboratory value that is missing leaves a case without a score, or counts as normal",
        ),
    ),
    population_rules=(under(18, "are under 18 years; PSI was validated in adults only."),),
    points=psi_points,
)
