"""What a DICOM header says of patient and machine, as far as a model's population is described by it."""

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from pydicom.dataset import Dataset

from hilum.deid.vocabulary import terms
from hilum.dicom import is_dicom, quietly, read_dataset, view_position
from hilum.dicom.attributes import numbers, text
from hilum.errors import ImageError

WORDS = ("modality", "view", "sex", "body part", "manufacturer", "device")
NUMBERS = ("age", "pixel spacing")
_LONGEST = 64
_AGE = re.compile(r"(\d{1,3})([DWMY])")
_A_YEAR = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}
_OLDEST = 90.0
_PLACES = ("InstitutionName", "InstitutionalDepartmentName", "InstitutionAddress", "PatientID")


@dataclass(frozen=True)
class Header:
    """What one header says.

    Attributes:
        words: modality, view, sex, body part, manufacturer and device, where the header has them.
        numbers: age in years (90 for everybody above) and pixel spacing in mm, where it has them.
        patient: whose image it is, to count persons; it is never written anywhere.
    """

    words: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    patient: str = ""


def read_header(path: Path) -> Header:
    """Read an image's header; an empty one where the file is no DICOM or cannot be read.

    Example:
        >>> read_header(Path("README.md"))
        Header(words={}, numbers={}, patient='')
    """
    try:
        if not is_dicom(path):
            return Header()
        with quietly():
            return header_of(read_dataset(path, stop_before_pixels=True))
    except (ImageError, OSError):
        return Header()


def header_of(dataset: Dataset) -> Header:
    """What a data set says.

    Example:
        >>> dataset = Dataset()
        >>> dataset.PatientAge, dataset.ViewPosition, dataset.PatientSex = "097Y", "LL", "F"
        >>> header_of(dataset)
        Header(words={'view': 'LL', 'sex': 'F'}, numbers={'age': 90.0}, patient='')
    """
    view = view_position(dataset)
    named = _names(dataset)
    maker, model = (
        _unless_named(text(dataset, key), named) for key in ("Manufacturer", "ManufacturerModelName")
    )
    words = {
        "modality": text(dataset, "Modality").upper(),
        "view": "" if view == "unknown" else view,
        "sex": _coded("PatientSex", text(dataset, "PatientSex").upper()),
        "body part": _coded("BodyPartExamined", text(dataset, "BodyPartExamined").upper()),
        "manufacturer": maker,
        "device": " ".join(filter(None, (maker, model))) if model else "",
    }
    spacing = numbers(dataset, "PixelSpacing") or numbers(dataset, "ImagerPixelSpacing")
    found = {"age": _years(text(dataset, "PatientAge")), "pixel spacing": spacing[0] if spacing else math.nan}
    return Header(
        {name: word[:_LONGEST] for name, word in words.items() if word},
        {name: value for name, value in found.items() if value >= 0},
        text(dataset, "PatientID"),
    )


def _years(written: str) -> float:
    match = _AGE.fullmatch(written)
    return math.nan if match is None else min(int(match[1]) / _A_YEAR[match[2]], _OLDEST)


def _coded(keyword: str, word: str) -> str:
    """A word of DICOM's own for an attribute; whatever else a person typed there is not passed on."""
    known = terms().code_strings[keyword]
    return word if word in known else ""


def _names(dataset: Dataset) -> set[str]:
    """Words of names of persons and places in the header: images of a folder were not de-identified."""
    values = [str(e.value) for e in dataset if e.VR == "PN"] + [text(dataset, key) for key in _PLACES]
    return {word.casefold() for value in values for word in re.findall(r"\w{3,}", value)}


def _unless_named(machine: str, named: set[str]) -> str:
    """What a header calls the machine; nothing where a person or a place is named in it."""
    return "" if named & set(re.findall(r"\w{3,}", machine.casefold())) else machine
