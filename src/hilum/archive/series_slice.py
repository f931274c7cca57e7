"""What the header of one slice says that decides where it belongs in its series."""

from dataclasses import dataclass, field
from typing import Any

from pydicom.dataset import Dataset

from hilum.dicom.attributes import items, number, numbers, text, value_of
from hilum.dicom.functional_groups import frame_group

VOLUMES = frozenset(("CT", "MR", "PT"))
"""Modalities (0008,0060) whose series are stacks of slices."""

LOCALISERS = frozenset(("LOCALIZER", "LOCALISER", "SCOUT", "TOPOGRAM", "SURVIEW"))

# What tells several acquisitions in one series apart, in the order in which it is asked (PS3.3 sections
# C.7.6.2, C.8.2.1, C.8.3.1, C.8.13.5 and C.8.9.4).
APART = {
    "AcquisitionNumber": "acquisitions",
    "TemporalPositionIdentifier": "time points",
    "TemporalPositionIndex": "time points",
    "FrameReferenceTime": "time frames",
    "NominalPercentageOfCardiacPhase": "phases of the heart",
    "TriggerTime": "phases of the heart",
    "EchoNumbers": "echoes",
    "EchoTime": "echoes",
    "InversionTime": "inversion times",
    "DiffusionBValue": "b-values",
    "ContrastBolusAgent": "phases of contrast medium",
    "KVP": "tube voltages",
    "StackID": "stacks",
    "AcquisitionTime": "times of acquisition",
}
CERTAIN = frozenset(
    ("TemporalPositionIdentifier", "TemporalPositionIndex", "EchoNumbers", "EchoTime", "DiffusionBValue")
)
"""Of these, two values in one series always mean two acquisitions, wherever the slices lie."""

CROSSING = frozenset(("AcquisitionNumber", "ContrastBolusAgent", "StackID"))
"""Of these, two values mean two acquisitions where they cover the same part of the body."""


@dataclass(frozen=True)
class Slice:
    """One slice: a file, or a frame of a multi-frame file.

    Attributes:
        name: how it is called in messages and results, such as its path in the archive.
        instance: SOP Instance UID.
        frame: number of the frame, from 1; 0 where the file is the slice.
        number: InstanceNumber; None where it is not given.
        position: ImagePositionPatient in millimetres; None where it is not given.
        orientation: ImageOrientationPatient; None where it is not given or not two perpendicular unit
            vectors.
        thickness: SliceThickness in millimetres; None where it is not given.
        distance: SpacingBetweenSlices in millimetres as the header states it; None where it does not.
        spacing: PixelSpacing in millimetres; empty where it is not given.
        size: (rows, columns).
        tilt: GantryDetectorTilt in degrees; 0 where it is not given.
        image_type: the values of ImageType.
        apart: what may tell acquisitions apart, by keyword.
        same: what must be the same all over a series, by keyword.
    """

    name: str
    instance: str
    frame: int = 0
    number: int | None = None
    position: tuple[float, ...] | None = None
    orientation: tuple[float, ...] | None = None
    thickness: float | None = None
    distance: float | None = None
    spacing: tuple[float, ...] = ()
    size: tuple[int, int] = (0, 0)
    tilt: float = 0.0
    image_type: tuple[str, ...] = ()
    apart: dict[str, str] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)

    @property
    def modality(self) -> str:
        """Modality (0008,0060)."""
        return self.same.get("Modality", "")

    @property
    def is_localiser(self) -> bool:
        """Whether it is an overview from which the slices were planned."""
        return not LOCALISERS.isdisjoint(self.image_type)

    @property
    def identity(self) -> tuple[str, int, str]:
        """What orders slices that nothing else orders, whatever the order of their files."""
        return self.instance, self.frame, self.name


_SAME = (
    *("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "Modality", "FrameOfReferenceUID"),
    *("RescaleSlope", "RescaleIntercept", "RescaleType", "Units", "PhotometricInterpretation"),
    *("BitsStored", "PixelRepresentation", "ConvolutionKernel", "PatientPosition", "DecayCorrection"),
)


def slices_of(dataset: Dataset, name: str) -> list[Slice]:
    """The slices of a file: one, or for enhanced objects one a frame (PS3.3 section C.7.6.16).

    Args:
        dataset: from `read_dataset`; the pixels are not needed.
        name: how to call the file.

    Example:
        >>> slices_of(Dataset(), "a.dcm")[0].position is None
        True
    """
    frames = items(dataset, "PerFrameFunctionalGroupsSequence")
    if not frames:
        return [_slice(dataset, name, None)]
    return [_slice(dataset, name, frame) for frame in range(len(frames))]


def _slice(dataset: Dataset, name: str, frame: int | None) -> Slice:
    def place(sequence: str) -> Dataset:
        group = None if frame is None else frame_group(dataset, sequence, frame)
        return dataset if group is None else group

    measures, content = place("PixelMeasuresSequence"), place("FrameContentSequence")
    position = numbers(place("PlanePositionSequence"), "ImagePositionPatient")
    order = number(dataset if frame is None else content, "InstanceNumber")
    if frame is not None:
        order = float(frame + 1)
    return Slice(
        name=name,
        instance=text(dataset, "SOPInstanceUID"),
        frame=0 if frame is None else frame + 1,
        number=int(order) if order is not None else None,
        position=position if len(position) == 3 else None,
        orientation=_orientation(place("PlaneOrientationSequence")),
        thickness=_positive(measures, "SliceThickness"),
        distance=_positive(measures, "SpacingBetweenSlices"),
        spacing=_pair(numbers(measures, "PixelSpacing")),
        size=(int(number(dataset, "Rows") or 0), int(number(dataset, "Columns") or 0)),
        tilt=number(dataset, "GantryDetectorTilt") or 0.0,
        image_type=tuple(part.upper() for part in _words(dataset, "ImageType")),
        apart={word: _value(content if word in content else dataset, word) for word in APART},
        same=_same(dataset, place("PixelValueTransformationSequence")),
    )


def _same(dataset: Dataset, values: Dataset) -> dict[str, str]:
    found = {word: _value(values if word in values else dataset, word) for word in _SAME}
    meta = getattr(dataset, "file_meta", None)
    found["TransferSyntaxUID"] = text(meta, "TransferSyntaxUID") if meta is not None else ""
    return found


def _orientation(place: Dataset) -> tuple[float, ...] | None:
    values = numbers(place, "ImageOrientationPatient")
    if len(values) != 6:
        return None
    rows, columns = values[:3], values[3:]
    lengths = [sum(part * part for part in axis) for axis in (rows, columns)]
    across = sum(a * b for a, b in zip(rows, columns, strict=True))
    exact = all(abs(length - 1) < 0.02 for length in lengths) and abs(across) < 0.01
    return values if exact else None


def _positive(place: Dataset, keyword: str) -> float | None:
    value = number(place, keyword)
    return value if value is not None and value > 0 else None


def _pair(values: tuple[float, ...]) -> tuple[float, ...]:
    return values if len(values) == 2 and min(values) > 0 else ()


def _words(dataset: Dataset, keyword: str) -> list[str]:
    value: Any = value_of(dataset, keyword)
    if value is None:
        return []
    return [value] if isinstance(value, str) else [str(part) for part in value]


def _value(dataset: Dataset, keyword: str) -> str:
    """A value as text that is equal where the values are: numbers lose how they were written."""
    values = numbers(dataset, keyword)
    if values:
        return "\\".join(f"{value:.6g}" for value in values)
    return "\\".join(_words(dataset, keyword)).strip()
