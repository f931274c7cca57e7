"""FRAX as columns: ten-year probabilities that its own tool gave; they are never computed here."""

from collections.abc import Mapping

import numpy as np

from hilum.errors import TableError
from hilum.readers.scores.inputs import Floats, ScoreInput
from hilum.readers.scores.patient import NEVER_ZERO
from hilum.readers.scores.record import ScoreChoice, ScoreItem, ScoreRecord

TEN_YEARS = 3652.0

MAJOR = ScoreInput(
    name="frax_mof_10y",
    sentence="FRAX ten-year probability of a major osteoporotic fracture",
    unit="%",
    possible=(0, 100),
    usual_median=(0.9, 70),
    other_unit='shares of 1; if so, choose unit = "fraction"',
    synonyms=(
        *("frax_mof", "frax_major", "frax_major_10y", "frax_major_osteoporotic", "frax_mof_percent"),
        "frax_major_osteoporotic_fracture",
    ),
)
HIP = ScoreInput(
    name="frax_hip_10y",
    sentence="FRAX ten-year probability of a hip fracture",
    unit="%",
    possible=(0, 100),
    usual_median=(0.08, 50),
    other_unit='shares of 1; if so, choose unit = "fraction"',
    synonyms=("frax_hip", "frax_hip_percent", "frax_hip_fracture"),
)


def frax_probability(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """The chosen FRAX probability between 0 and 1, as the table gives it.

    FRAX is proprietary: its numbers come from its own tool, with version, country and whether bone mineral
    density was entered.

    Args:
        inputs: `frax_mof_10y`, `frax_hip_10y`.
        choices: `outcome`: `major` or `hip`; `unit`: `percent` or `fraction`.

    Raises:
        TableError: numbers above 1 are said to be fractions.

    Example:
        >>> table = {"frax_mof_10y": np.array([12.0]), "frax_hip_10y": np.array([3.1])}
        >>> frax_probability(table, {"outcome": "major", "unit": "percent"}).tolist()
        [0.12]
    """
    name = "frax_mof_10y" if choices["outcome"] == "major" else "frax_hip_10y"
    numbers = inputs[name]
    if choices["unit"] == "percent":
        return numbers / 100
    beyond = int((numbers > 1).sum())
    if beyond:
        raise TableError(
            f"`{name}` is said to be a fraction, and {beyond} of its values are above 1: choose "
            'unit = "percent"'
        )
    return np.asarray(numbers, dtype=np.float64)


FRAX = ScoreRecord(
    name="frax",
    title="FRAX",
    sentence=(
        "Ten-year probability of fracture as the FRAX tool gave it; the numbers come from the table and were "
        "not computed here."
    ),
    version="as stated with the table (version, country, with or without bone mineral density)",
    citation=(
        "Kanis JA, Johnell O, Oden A, Johansson H, McCloskey E. FRAX and the assessment of fracture "
        "probability in men and women from the UK. Osteoporos Int 2008;19:385-397."
    ),
    population="Men and women of 40 to 90 years, calibrated for each country.",
    items=(
        ScoreItem((MAJOR,), when=("outcome", "major")),
        ScoreItem((HIP,), when=("outcome", "hip")),
    ),
    horizon_days=TEN_YEARS,
    gives="probability",
    missing_policy=NEVER_ZERO,
    choices=(
        ScoreChoice("outcome", ("major", "hip"), "major osteoporotic or hip fracture", alike=False),
        ScoreChoice("unit", ("percent", "fraction"), "the unit of the table's numbers", alike=False),
        ScoreChoice("version", (), "version"),
        ScoreChoice("country", (), "country"),
        ScoreChoice("bmd", (), "with bone mineral density"),
    ),
    points=frax_probability,
)
