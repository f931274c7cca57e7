"""Frames of a file with several: in which order they lie, and where (PS3.3 section C.7.6.16)."""

from copy import copy
from typing import Any

import numpy as np

Position = tuple[float, float, float]
MOST_FRAMES = 20_000


def frame_count(header: Any) -> int:
    """How many frames a file has.

    Example:
        >>> from pydicom import Dataset
        >>> frame_count(Dataset())
        1
    """
    from hilum.dicom.attributes import whole

    return min(max(whole(header, "NumberOfFrames", 1), 1), MOST_FRAMES)


def frame_position(header: Any, frame: int) -> Position | None:
    """ImagePositionPatient of a frame in millimetres; None where it is not given.

    Args:
        header: of the file.
        frame: its number, from 1; 0 where the file is the image.

    Example:
        >>> from pydicom import Dataset
        >>> header = Dataset()
        >>> header.ImagePositionPatient = [1, 2, 3]
        >>> frame_position(header, 0), frame_position(header, 2)
        ((1.0, 2.0, 3.0), None)
    """
    from hilum.dicom.attributes import numbers

    place = _place(header, "PlanePositionSequence", frame)
    values = numbers(place, "ImagePositionPatient") if place is not None else ()
    return (values[0], values[1], values[2]) if len(values) == 3 else None


def frame_orientation(header: Any, frame: int) -> tuple[float, ...] | None:
    """ImageOrientationPatient of a frame; None where it is not given.

    Args:
        header: of the file.
        frame: its number, from 1; 0 where the file is the image.
    """
    from hilum.dicom.attributes import numbers

    place = _place(header, "PlaneOrientationSequence", frame)
    values = numbers(place, "ImageOrientationPatient") if place is not None else ()
    return values if len(values) == 6 else None


def frame_spacing(header: Any, frame: int) -> tuple[float, float] | None:
    """PixelSpacing of a frame in millimetres, between rows and between columns; None where it is not given.

    Args:
        header: of the file.
        frame: its number, from 1; 0 where the file is the image.
    """
    from hilum.dicom.attributes import numbers

    place = _place(header, "PixelMeasuresSequence", frame)
    values = numbers(header if place is None else place, "PixelSpacing")
    return (values[0], values[1]) if len(values) == 2 and min(values) > 0 else None


def _place(header: Any, sequence: str, frame: int) -> Any:
    """The functional group of a frame, else the top of a file with one frame."""
    from hilum.dicom.functional_groups import frame_group

    group = frame_group(header, sequence, max(frame - 1, 0))
    return header if group is None and not frame else group


def stand_in_uid(instance: str, frame: int) -> str:
    """The SOP Instance UID of a frame that stands for itself (see `frame_header`).

    Example:
        >>> stand_in_uid("1.2.3", 0), stand_in_uid("1.2.3", 4) == stand_in_uid("1.2.3", 4)
        ('1.2.3', True)
    """
    from hilum.annotation.dicom_codes import stable_uid

    return stable_uid("frame", instance, frame) if frame else instance


def frame_header(header: Any, frame: int) -> Any:
    """The header of a frame as if it were an image of its own, with its place at the top.

    An image whose place is not known has no frame of reference in it: nothing is said to lie somewhere. Its
    class is that of a single image.

    Args:
        header: of the file, without pixels.
        frame: its number, from 1; 0 where the file is the image.
    """
    from pydicom import Dataset

    position, turn = frame_position(header, frame), frame_orientation(header, frame)
    spacing = frame_spacing(header, frame)
    made = Dataset()
    for element in header:
        if element.keyword not in _OF_ALL:
            made[element.tag] = copy(element)
    if frame or "PerFrameFunctionalGroupsSequence" in header:
        made.SOPClassUID = _SINGLE
    made.SOPInstanceUID = stand_in_uid(str(header.SOPInstanceUID), frame)
    if position is None or turn is None or spacing is None:
        if "FrameOfReferenceUID" in made:
            del made.FrameOfReferenceUID
    else:
        made.ImagePositionPatient, made.ImageOrientationPatient = list(position), list(turn)
        made.PixelSpacing = list(spacing)
    if frame:
        place = _place(header, "PixelMeasuresSequence", frame)
        for keyword in ("SliceThickness", "SpacingBetweenSlices"):
            if place is not None and keyword in place:
                made[keyword] = place[keyword]
    return made


_SINGLE = "1.2.840.10008.5.1.4.1.1.7"
_OF_ALL = frozenset(
    (
        *("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence", "NumberOfFrames"),
        *("FrameIncrementPointer", "DimensionIndexSequence", "DimensionOrganizationSequence"),
        "PixelData",
    )
)


def ordered_frames(header: Any) -> list[int]:
    """The numbers of the frames of a file in the order of its volume; 0 alone where it has one frame.

    Frames that lie side by side along one normal are ordered by their places; where several lie at one place,
    as those of different times do, or where the file does not say, they stay as they are stored.

    Args:
        header: of the file.

    Example:
        >>> from pydicom import Dataset
        >>> header = Dataset()
        >>> header.NumberOfFrames = 3
        >>> ordered_frames(header), ordered_frames(Dataset())
        ([1, 2, 3], [0])
    """
    count = frame_count(header)
    if count == 1:
        return [0]
    frames = list(range(1, count + 1))
    positions = [frame_position(header, frame) for frame in frames]
    turns = [frame_orientation(header, frame) for frame in frames]
    first = turns[0]
    if first is None or any(one is None for one in (*positions, *turns)):
        return frames
    if not np.allclose(np.array(turns, dtype=np.float64), first, atol=1e-4):
        return frames
    normal = np.cross(first[:3], first[3:])
    places = np.array(positions, dtype=np.float64) @ normal
    if len(np.unique(np.round(places, 3))) < count:
        return frames
    return [frames[place] for place in np.argsort(places, kind="stable")]
