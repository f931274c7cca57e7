"""Brixia: pneumonia on the chest radiograph in six zones, as a reader filled it in."""

from collections.abc import Mapping

import numpy as np

from hilum.readers.scores.inputs import Floats, ScoreInput
from hilum.readers.scores.patient import NEVER_ZERO
from hilum.readers.scores.record import ScoreItem, ScoreRecord

PLACES = {
    "a": "right upper zone",
    "b": "right middle zone",
    "c": "right lower zone",
    "d": "left upper zone",
    "e": "left middle zone",
    "f": "left lower zone",
}
ZONES = tuple(
    ScoreInput(
        name=f"brixia_{letter}",
        sentence=f"{place} of the chest radiograph",
        unit="points",
        possible=(0, 3),
        whole=True,
        synonyms=(f"zone_{letter}", f"brixia_zone_{letter}", f"brixia_{place.replace(' ', '_')}"),
    )
    for letter, place in PLACES.items()
)


def brixia_points(inputs: Mapping[str, Floats], choices: Mapping[str, str]) -> Floats:
    """Brixia, 0 to 18: the sum of six zones of 0 to 3 points; any missing zone gives nan.

    Args:
        inputs: `brixia_a` to `brixia_f`.
        choices: None are made.

    Source:
        Borghesi A, Maroldi R, Radiol Med 2020;125:509-513.

    Example:
        >>> zones = {f"brixia_{letter}": np.array([2.0]) for letter in "abcdef"}
        >>> brixia_points(zones, {}).tolist()
        [12.0]
    """
    del choices
    total: Floats = np.sum([inputs[zone.name] for zone in ZONES], axis=0)
    return total


BRIXIA = ScoreRecord(
    name="brixia",
    title="Brixia score",
    sentence=(
        "Extent of pneumonia on the chest radiograph: six zones of 0 to 3 points, filled in by a reader."
    ),
    version="Borghesi 2020, zones A to F",
    citation=(
        "Borghesi A, Maroldi R. COVID-19 outbreak in Italy: experimental chest X-ray scoring system for "
        "quantifying and monitoring disease progression. Radiol Med 2020;125:509-513."
    ),
    population="Adults in hospital with COVID-19 (100 patients, Brescia).",
    items=tuple(ScoreItem((zone,)) for zone in ZONES),
    missing_policy=NEVER_ZERO,
    points=brixia_points,
)
