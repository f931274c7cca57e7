"""Coronary calcium: the Agatston score, its categories, and CAC-DRS."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from hilum.errors import TableError
from hilum.readers.scores.inputs import Floats, ScoreInput
from hilum.readers.scores.patient import NEVER_ZERO
from hilum.readers.scores.record import RiskGroup, ScoreItem, ScoreRecord

SLICE_MM = 3.0
SMALLEST_MM2 = 1.0
WEIGHTS_FROM_HU = (130.0, 200.0, 300.0, 400.0)


def agatston_score(area_mm2: ArrayLike, peak_hu: ArrayLike, increment_mm: float = SLICE_MM) -> float:
    """The Agatston score of one scan: the sum of area times weight over lesions in slices.

    The weight is 1 for a peak of 130-199 HU, 2 for 200-299, 3 for 300-399 and 4 from 400. Lesions below 1
    mm2 or with a peak below 130 HU do not count. It is defined for slices every 3 mm; for another increment
    the sum is multiplied by increment / 3.

    Args:
        area_mm2: Area of each lesion in each slice, mm2, (n,).
        peak_hu: Highest attenuation of each, HU, (n,).
        increment_mm: Distance from slice to slice, mm.

    Returns:
        The score, 0 where there is no lesion.

    Raises:
        TableError: lengths differ, a value is missing, an area is negative, or the increment is not above 0.

    Source:
        Agatston AS et al., J Am Coll Cardiol 1990;15:827-832.

    Example:
        >>> agatston_score([5, 3], [250, 420])
        22.0
        >>> agatston_score([], [])
        0.0
    """
    area = np.atleast_1d(np.asarray(area_mm2, dtype=np.float64))
    peak = np.atleast_1d(np.asarray(peak_hu, dtype=np.float64))
    if area.shape != peak.shape:
        raise TableError(f"there are {len(area)} areas and {len(peak)} peaks: give both of every lesion")
    if not (np.isfinite(area).all() and np.isfinite(peak).all()):
        raise TableError("an area or a peak of a calcified lesion is missing: give both of every lesion")
    if (area < 0).any() or not (np.isfinite(increment_mm) and increment_mm > 0):
        raise TableError("areas are at least 0 mm2 and the increment of slices is above 0 mm: correct them")
    weight = np.searchsorted(np.array(WEIGHTS_FROM_HU), peak, side="right")
    return float(np.sum(area * weight * (area >= SMALLEST_MM2)) * increment_mm / SLICE_MM)


AGATSTON_INPUT = ScoreInput(
    name="agatston_score",
    sentence="Agatston score of the coronary arteries",
    unit="Agatston units",
    possible=(0, 20_000),
    synonyms=(
        *("agatston", "calcium_score", "coronary_calcium_score", "cac_score", "cacs", "cac"),
        *("칼슘점수", "관상동맥칼슘점수", "관상동맥_칼슘점수"),
    ),
)


def _as_it_is(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    del choices
    return inputs["agatston_score"]


def cac_drs_category(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """CAC-DRS category 0 to 3 (A0: 0, A1: 1-99, A2: 100-299, A3: 300 and more) over arrays of scores.

    Args:
        inputs: `agatston_score`.
        choices: None are made.

    Source:
        Hecht HS et al., J Cardiovasc Comput Tomogr 2018;12:185-191.

    Example:
        >>> cac_drs_category({"agatston_score": np.array([0, 22, 100, 299, 300, np.nan])}, {}).tolist()
        [0.0, 1.0, 2.0, 2.0, 3.0, nan]
    """
    del choices
    calcium = inputs["agatston_score"]
    category = (calcium > 0).astype(np.float64) + (calcium >= 100) + (calcium >= 300)
    return np.where(np.isnan(calcium), np.nan, category)


_POPULATION = "Adults with an ECG-gated CT without contrast medium, in slices of 3 mm at 120 kV."

AGATSTON = ScoreRecord(
    name="agatston",
    title="Agatston score",
    sentence="Coronary calcium on CT without contrast medium, as scored by whoever filled the table in.",
    version="Agatston 1990; categories 0, 1-10, 11-100, 101-400, above 400",
    citation=(
        "Agatston AS, Janowitz WR, Hildner FJ, Zusmer NR, Viamonte M, Detrano R. Quantification of coronary "
        "artery calcium using ultrafast computed tomography. J Am Coll Cardiol 1990;15:827-832. Categories: "
        "Rumberger JA, Brundage BH, Rader DJ, Kondos G. Mayo Clin Proc 1999;74:243-252."
    ),
    population=_POPULATION,
    items=(ScoreItem((AGATSTON_INPUT,)),),
    groups=(
        RiskGroup("0", 0, 0),
        RiskGroup("1-10", 1, 10),
        RiskGroup("11-100", 11, 100),
        RiskGroup("101-400", 101, 400),
        RiskGroup(">400", 401, np.inf),
    ),
    missing_policy=NEVER_ZERO,
    points=_as_it_is,
)

CAC_DRS = ScoreRecord(
    name="cac_drs",
    title="CAC-DRS",
    sentence="Coronary artery calcium data and reporting system: four categories of the Agatston score.",
    version="2018, Agatston form (A0 to A3)",
    citation=(
        "Hecht HS, Blaha MJ, Kazerooni EA, et al. CAC-DRS: Coronary Artery Calcium Data and Reporting "
        "System. An expert consensus document of the Society of Cardiovascular Computed Tomography. J "
        "Cardiovasc Comput Tomogr 2018;12:185-191."
    ),
    population=_POPULATION,
    items=(ScoreItem((AGATSTON_INPUT,)),),
    groups=(RiskGroup("A0", 0, 0), RiskGroup("A1", 1, 1), RiskGroup("A2", 2, 2), RiskGroup("A3", 3, 3)),
    missing_policy=NEVER_ZERO,
    points=cac_drs_category,
)
