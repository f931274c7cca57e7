"""From which side a detector of a gamma camera looked at the patient (PS3.3 section C.8.4.11)."""

from collections import Counter

import numpy as np
from pydicom.dataset import Dataset

from hilum.dicom.attributes import items, numbers, text
from hilum.dicom.view import UNKNOWN

ANTERIOR, POSTERIOR = "anterior", "posterior"

# CID 26 of PS3.16, its codes of SNOMED RT that older cameras write, and the plain sides.
_VIEWS = {
    "399321004": ANTERIOR,
    "G-5215": ANTERIOR,
    "255549009": ANTERIOR,
    "R-404CC": ANTERIOR,
    "272460009": ANTERIOR,
    "399001007": POSTERIOR,
    "G-5216": POSTERIOR,
    "255551008": POSTERIOR,
    "R-404CE": POSTERIOR,
    "272461008": POSTERIOR,
    "399118008": "left lateral",
    "G-5223": "left lateral",
    "399297009": "right lateral",
    "G-5222": "right lateral",
    "399074003": "left anterior oblique",
    "G-5207": "left anterior oblique",
    "399108003": "right anterior oblique",
    "G-5206": "right anterior oblique",
    "399136008": "left posterior oblique",
    "G-5209": "left posterior oblique",
    "399075002": "right posterior oblique",
    "G-5208": "right posterior oblique",
}
# Words of a code meaning that can be taken for nothing else, where the code is a manufacturer's own.
_WORDS = {"anterior": ANTERIOR, "ant": ANTERIOR, "posterior": POSTERIOR, "post": POSTERIOR}
_STEEP = 0.9
"""Cosine from which a plane counts as facing the front or the back: up to 26 degrees away from it."""


def views_of(dataset: Dataset, detectors: list[Dataset], frames: int) -> dict[int, str]:
    """The view of each detector, by its code, else by how its plane lies in the patient.

    Args:
        dataset: the whole image.
        detectors: the items of its Detector Information Sequence.
        frames: how many it has.

    Returns:
        By the detector's number from 1: `anterior`, `posterior`, another projection's name, or `unknown`.

    Example:
        >>> side = Dataset()
        >>> side.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
        >>> views_of(Dataset(), [side], frames=1)
        {1: 'anterior'}
    """
    if not detectors and frames > 1:
        return {}
    places = detectors or [dataset]
    views = {number: _coded(place) for number, place in enumerate(places, start=1)}
    if frames == 1 and len(places) == 1 and views[1] == UNKNOWN:
        views[1] = _coded(dataset)
    faces = {n: _facing(place) for n, place in enumerate(places, start=1) if views[n] == UNKNOWN}
    taken = Counter([*views.values(), *faces.values()])
    # Two detectors of which the file says the same place were not described: neither is believed.
    return views | {number: side if taken[side] == 1 else UNKNOWN for number, side in faces.items()}


def _coded(place: Dataset) -> str:
    for code in items(place, "ViewCodeSequence")[:1]:
        value = text(code, "CodeValue") or text(code, "LongCodeValue")
        words = text(code, "CodeMeaning").lower().removesuffix("view").removesuffix("projection").strip()
        view = _VIEWS.get(value) or _WORDS.get(words, UNKNOWN)
        tilted = bool(items(code, "ViewModifierCodeSequence") or items(place, "ViewModifierCodeSequence"))
        return f"{view}, modified" if tilted and view != UNKNOWN else view
    return UNKNOWN


def _facing(place: Dataset) -> str:
    """The side that a plane is seen from: its normal points away from who looks (PS3.3 C.7.6.2.1.1)."""
    cosines = numbers(place, "ImageOrientationPatient")
    if len(cosines) != 6:
        return UNKNOWN
    normal = np.cross(cosines[:3], cosines[3:])
    length = float(np.linalg.norm(normal))
    towards_back = float(normal[1]) / length if length > _STEEP else 0.0
    if abs(towards_back) < _STEEP:
        return UNKNOWN
    return ANTERIOR if towards_back > 0 else POSTERIOR
