"""Nuclear medicine images of several frames: which frame was taken from which side (PS3.3 section C.8.4).

One object holds what two detectors counted in one or more energy windows: frame after frame, with a vector
that tells the detector of each frame and one that tells its energy window. From which side a detector looked
stands in its View Code Sequence, or follows from its Image Orientation (Patient). What neither tells is
unknown, and no frame is ever chosen by its place among the others.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from hilum.dicom.attributes import items, named, numbers, text, value_of, whole
from hilum.dicom.view import UNKNOWN
from hilum.errors import ImageError
from hilum.image.nuclear_views import ANTERIOR, POSTERIOR, views_of

Wanted = int | str | None
"""A frame's number counted from 1, `anterior`, `posterior`, or None: whatever one picture the file gives."""

_STORAGE = ("1.2.840.10008.5.1.4.1.1.20", "1.2.840.10008.5.1.4.1.1.5")


@dataclass(frozen=True)
class NuclearFrame:
    """One frame and what its tags say of it.

    Attributes:
        number: counted from 1, as a person counts.
        view: `anterior`, `posterior`, another projection's name, or `unknown`.
        energy_window: counted from 1; 0 where the file does not say which.
        detector: counted from 1; 0 where the file does not say which.

    Example:
        >>> NuclearFrame(1, "anterior", energy_window=1, detector=1).view
        'anterior'
    """

    number: int
    view: str
    energy_window: int
    detector: int


def is_nuclear(dataset: Dataset) -> bool:
    """Tell whether a file is a nuclear medicine image, planar or tomographic; PET is not.

    Example:
        >>> dataset = Dataset()
        >>> dataset.Modality = "NM"
        >>> is_nuclear(dataset)
        True
    """
    return text(dataset, "Modality") == "NM" or text(dataset, "SOPClassUID") in _STORAGE


def is_planar(dataset: Dataset) -> bool:
    """Tell whether a nuclear medicine image shows the body from outside: no tomography, by its Image Type.

    Example:
        >>> dataset = Dataset()
        >>> dataset.Modality, dataset.ImageType = "NM", ["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"]
        >>> is_planar(dataset)
        False
    """
    return is_nuclear(dataset) and "TOMO" not in _kind(dataset)


def nuclear_frames(dataset: Dataset) -> tuple[NuclearFrame, ...]:
    """What the tags of a nuclear medicine image say of each of its frames.

    The detector and the energy window of a frame stand in the Detector Vector and the Energy Window Vector
    (PS3.3 sections C.8.4.8 and C.8.4.10); where there is one detector, or one window, no vector is needed.

    Args:
        dataset: from `read_dataset`; the pixels are not needed.

    Raises:
        ImageError: a vector is not as long as there are frames.

    Example:
        >>> nuclear_frames(Dataset())
        (NuclearFrame(number=1, view='unknown', energy_window=1, detector=1),)
    """
    frames = max(1, whole(dataset, "NumberOfFrames", 1))
    detectors = items(dataset, "DetectorInformationSequence")
    of_detector = _vector(dataset, "DetectorVector", frames, max(len(detectors), _said(dataset, "Detectors")))
    windows = max(len(items(dataset, "EnergyWindowInformationSequence")), _said(dataset, "EnergyWindows"))
    of_window = _vector(dataset, "EnergyWindowVector", frames, windows)
    views = views_of(dataset, detectors, frames)
    return tuple(
        NuclearFrame(number, views.get(detector, UNKNOWN), window, detector)
        for number, (detector, window) in enumerate(zip(of_detector, of_window, strict=True), start=1)
    )


def choose_frame(dataset: Dataset, wanted: Wanted = None) -> int:
    """Which frame of a file is meant, counted from 0.

    A nuclear medicine image of several frames gives the one from the wanted side, anterior where nobody says,
    in its first energy window. A number, counted from 1, means that frame of any file.

    Args:
        dataset: from `read_dataset`; the pixels are not needed.
        wanted: `anterior`, `posterior`, or a number counted from 1. None takes a single frame as it is.

    Raises:
        ImageError: no frame, or more than one, is the wanted one; the sentence says what was found.

    Example:
        >>> dataset = Dataset()
        >>> dataset.Modality, dataset.NumberOfFrames, dataset.DetectorVector = "NM", 2, [1, 2]
        >>> sides = [Dataset(), Dataset()]
        >>> sides[0].ImageOrientationPatient = [-1, 0, 0, 0, 0, -1]
        >>> sides[1].ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
        >>> dataset.DetectorInformationSequence = sides
        >>> choose_frame(dataset), choose_frame(dataset, "posterior"), choose_frame(dataset, 1)
        (1, 0, 0)
    """
    with named(dataset):
        frames = max(1, whole(dataset, "NumberOfFrames", 1))
        if isinstance(wanted, int):
            return _numbered(wanted, frames)
        if wanted not in (None, ANTERIOR, POSTERIOR):
            raise ImageError(f"the frame `{wanted}` is none: say {ANTERIOR}, {POSTERIOR} or a number from 1")
        if frames == 1 and (wanted is None or not is_nuclear(dataset)):
            return 0
        if not is_nuclear(dataset):
            raise ImageError(f"it has {frames} frames; one picture is needed: take a single frame")
        if not is_planar(dataset):
            raise ImageError(
                f"it is tomography ({_kind(dataset).lower()}) of {frames} frames; one planar picture is "
                "needed: take a planar image, or name a frame by its number"
            )
        return _from_side(nuclear_frames(dataset), wanted or ANTERIOR)


def about_frame(dataset: Dataset, index: int) -> str:
    """What a reader should know of the frame that was taken, in a sentence.

    Args:
        dataset: of several frames.
        index: counted from 0.

    Example:
        >>> about_frame(Dataset(), 0)
        'frame 1 of 1 was taken: unknown view, energy window 1 of 1'
    """
    found = nuclear_frames(dataset)
    frame = found[index]
    windows = len({each.energy_window for each in found})
    return (
        f"frame {frame.number} of {len(found)} was taken: {frame.view} view, energy window "
        f"{frame.energy_window or 'unknown'} of {windows}"
    )


def counts_as_grey(counts: NDArray[Any]) -> NDArray[np.float32]:
    """Counts as grey from 0, none, to 1, the highest: linear, no window, nothing cut off.

    Args:
        counts: (rows, columns); negative values, which a rescaled file may have, start the scale.

    Example:
        >>> counts_as_grey(np.array([[0, 5], [10, 10]])).tolist()
        [[0.0, 0.5], [1.0, 1.0]]
    """
    values = np.nan_to_num(counts.astype(np.float64))
    low = min(float(values.min()), 0.0)
    highest = float(values.max()) - low
    return np.asarray((values - low) / (highest or 1.0), np.float32)


def _numbered(wanted: int, frames: int) -> int:
    if not 1 <= wanted <= frames:
        raise ImageError(
            f"it has {frames} frames, so there is no frame {wanted}: name one from 1 to {frames}"
        )
    return wanted - 1


def _from_side(found: tuple[NuclearFrame, ...], side: str) -> int:
    if not all(frame.energy_window for frame in found):
        raise ImageError(
            f"it has {len(found)} frames and several energy windows, and does not say which frame is of "
            "which: name a frame by its number"
        )
    first = min(frame.energy_window for frame in found)
    meant = [frame for frame in found if frame.view == side and frame.energy_window == first]
    if len(meant) == 1:
        return meant[0].number - 1
    there = Counter(frame.view for frame in found if frame.energy_window == first)
    listed = ", ".join(f"{count} {view}" for view, count in sorted(there.items()))
    window = "of its first energy window"
    how_many = f"{len(meant)} frames {window} are" if meant else f"no frame {window} is"
    raise ImageError(f"{how_many} {side} by the tags (found: {listed}): name a frame by its number")


def _kind(dataset: Dataset) -> str:
    """The third value of Image Type, such as STATIC or WHOLE BODY."""
    value = value_of(dataset, "ImageType")
    parts = [value] if isinstance(value, str) else list(value or [])
    return str(parts[2]).strip().upper() if len(parts) > 2 else ""


def _said(dataset: Dataset, what: str) -> int:
    return whole(dataset, f"NumberOf{what}", 0)


def _vector(dataset: Dataset, keyword: str, frames: int, several: int) -> tuple[int, ...]:
    """The detector or window of every frame; 0 where there are several and nothing says which."""
    values = numbers(dataset, keyword)
    if not values:
        return (1 if several <= 1 else 0,) * frames
    if len(values) != frames:
        raise ImageError(f"its {keyword} names {len(values)} frames and it has {frames}: export it again")
    return tuple(int(value) for value in values)
