"""RALE: oedema on the chest radiograph in four quadrants, as a reader filled it in."""

from collections.abc import Callable, Mapping

import numpy as np

from hilum.readers.scores.inputs import Floats, Inputs, Mask, ScoreInput
from hilum.readers.scores.patient import NEVER_ZERO
from hilum.readers.scores.record import ScoreItem, ScoreRecord

QUADRANTS = ("right_upper", "right_lower", "left_upper", "left_lower")


def _extent(quadrant: str) -> ScoreInput:
    return ScoreInput(
        name=f"rale_{quadrant}_extent",
        sentence=f"extent of consolidation in the {quadrant.replace('_', ' ')} quadrant",
        unit="points",
        possible=(0, 4),
        whole=True,
        synonyms=(f"rale_{quadrant}_consolidation", f"{quadrant}_consolidation", f"{quadrant}_extent"),
    )


def _density(quadrant: str) -> ScoreInput:
    return ScoreInput(
        name=f"rale_{quadrant}_density",
        sentence=f"density of opacification in the {quadrant.replace('_', ' ')} quadrant",
        unit="points",
        possible=(0, 3),
        whole=True,
        synonyms=(f"{quadrant}_density",),
    )


def _opaque(quadrant: str) -> Callable[[Inputs], Mask]:
    def some(inputs: Inputs) -> Mask:
        return np.asarray(inputs[f"rale_{quadrant}_extent"] > 0)

    return some


def rale_points(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """RALE, 0 to 48: the sum over four quadrants of extent (0 to 4) times density (1 to 3).

    A quadrant without consolidation counts 0 and needs no density; one with consolidation and density 0
    contradicts itself and gives nan.

    Args:
        inputs: `rale_<quadrant>_extent`, `rale_<quadrant>_density` for right_upper, right_lower, left_upper,
            left_lower.
        choices: None are made.

    Source:
        Warren MA et al., Thorax 2018;73:840-846.

    Example:
        >>> film = {f"rale_{name}_extent": np.array([2.0]) for name in QUADRANTS}
        >>> film |= {f"rale_{name}_density": np.array([3.0]) for name in QUADRANTS}
        >>> rale_points(film, {}).tolist()
        [24.0]
    """
    del choices
    products = []
    for quadrant in QUADRANTS:
        extent, density = inputs[f"rale_{quadrant}_extent"], inputs[f"rale_{quadrant}_density"]
        product = np.where(density >= 1, extent * density, np.nan)
        products.append(np.where(extent == 0, 0.0, product))
    total: Floats = np.sum(products, axis=0)
    return total


RALE = ScoreRecord(
    name="rale",
    title="RALE score",
    sentence=(
        "Radiographic assessment of lung oedema: four quadrants, extent of consolidation times density, "
        "filled in by a reader."
    ),
    version="Warren 2018",
    citation=(
        "Warren MA, Zhao Z, Koyama T, et al. Severity scoring of lung oedema on the chest radiograph is "
        "associated with clinical outcomes in ARDS. Thorax 2018;73:840-846."
    ),
    population="Adults with ARDS, and lungs of organ donors (validated in 174 patients of a trial).",
    items=tuple(
        item
        for quadrant in QUADRANTS
        for item in (
            ScoreItem((_extent(quadrant),)),
            ScoreItem((_density(quadrant),), needed_in=_opaque(quadrant)),
        )
    ),
    missing_policy=NEVER_ZERO,
    points=rale_points,
)
