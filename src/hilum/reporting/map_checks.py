"""The table of checks beside the maps: what was asked, what was found, what it means, for a clinician."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hilum.reporting.cells import sides_of
from hilum.reporting.format import count, estimate, number
from hilum.reporting.inputs import MapCheck

_ASKED = {
    "rank_correlation": "Likeness to maps of shuffled weights, ranks",
    "similarity": "Likeness to maps of shuffled weights, shapes",
    "deletion": "Answer while marked places are covered first",
    "insertion": "Answer while marked places are put back first",
    "pointing": "Highest place inside the lesion",
}
_MEANING = {True: "passed", False: "not shown", None: "\u2013"}
CAPTION = (
    "Likeness to the maps of the same model after its weights were "
    "shuffled: near 0 where the maps show what the model learnt, near 1 where they only show the image "
    "(passed: below 0.5). Mean answer while the image is covered, or put back into a blurred image, in the "
    "order of the map, minus the same in an order by chance: below 0 where the answer hangs on what is "
    "marked, above 0 where it is enough for the answer. Highest place inside the lesion: share of images, "
    "beside the mean part of the patient's image that the lesion takes up, which is what pointing by chance "
    "would reach. Mean over images with its 95 % interval."
)


def map_checks_table(checks: Sequence[MapCheck]) -> dict[str, Any] | None:
    """The table in the form of all further tables; None where nothing was checked.

    Example:
        >>> row = MapCheck("pointing", "Grad-CAM", 0.9, 0.8, 0.95, 0.125, passed=True, n=40)
        >>> map_checks_table([row])["groups"][0]["rows"][0]["cells"][1:]
        ['0.12', '40', 'passed']
    """
    if not checks:
        return None
    names = list(dict.fromkeys(each.method for each in checks))
    groups: list[dict[str, Any]] = [
        {"label": name, "rows": [_row(each) for each in checks if each.method == name]} for name in names
    ]
    data = [asdict(each) for each in checks]
    return {
        "id": "map_checks",
        "section": "examples",
        "title": "Whether the maps are to be believed",
        "caption": CAPTION,
        "columns": ["Asked of the maps", "Found", "By chance", "n", "Result"],
        "sides": sides_of([row["cells"] for group in groups for row in group["rows"]]),
        "groups": groups,
        "data": {"columns": list(data[0]), "rows": [list(row.values()) for row in data]},
    }


def _row(check: MapCheck) -> dict[str, Any]:
    found = estimate(check.value, check.low, check.high)
    cells = [found, number(check.chance), count(check.n), _MEANING[check.passed]]
    return {"label": _ASKED[check.check], "cells": cells}
