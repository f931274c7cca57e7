"""Films, chest CT and PET-CT of several patients, made in code."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom

from hilum.deid.example import example_file

_ROOT = "1.2.826.0.1.3680043.8.498"
_KINDS = {"DX": "1.1.1", "CT": "2", "PT": "128", "SC": "7"}
WIDE = (16, 128)  # rows and columns: writing is looked for in a square for longest
AXIAL = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]


@dataclass(frozen=True)
class Examination:
    """One series to write: `numbers` are the places of its slices, 5 mm apart."""

    patient: str
    modality: str
    series: int
    numbers: tuple[int, ...] = (1,)
    kind: str = ""
    thickness: float = 5.0
    study: int = 1


def image(
    examination: Examination, number: int, shape: tuple[int, int] = (32, 32), **changes: object
) -> bytes:
    """One image as bytes."""
    source = example_file()
    patient = int(examination.patient)
    source.PatientID, source.PatientName = examination.patient, f"Hong^Gildong {examination.patient}"
    source.AccessionNumber = f"ACC{examination.patient}{examination.study}"
    source.StudyInstanceUID = f"{_ROOT}.20.{patient}.{examination.study}"
    source.SeriesInstanceUID = f"{_ROOT}.30.{patient}.{examination.series}"
    source.SOPInstanceUID = f"{_ROOT}.40.{patient}.{examination.series}.{number}"
    kind = examination.kind or examination.modality
    source.SOPClassUID = f"1.2.840.10008.5.1.4.1.1.{_KINDS[kind]}"
    source.Modality, source.ManufacturerModelName = examination.modality, "SOMATOM"
    source.InstanceNumber, source.PatientAge = number, f"{40 + patient % 50:03d}Y"
    source.Rows, source.Columns = rows, columns = shape
    ramp = (
        np.add.outer(np.arange(rows), np.arange(columns)) * (3840 // (rows + columns))
        + patient % 7
        + number * 3
    )
    source.PixelData = ramp.astype("<u2").tobytes()
    if examination.modality in ("CT", "PT"):
        source.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        source.ImagePositionPatient, source.ImageOrientationPatient = [0.0, 0.0, 5.0 * number], AXIAL
        source.PixelSpacing, source.SliceThickness = [0.7, 0.7], examination.thickness
        source.FrameOfReferenceUID = f"{_ROOT}.50.{patient}.{examination.study}"
        source.SeriesDescription = "CHEST CT"
        del source.ViewPosition
    for word, value in changes.items():
        setattr(source, word, value)
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, enforce_file_format=True)
    return buffer.getvalue()


EXAMINATIONS = (
    Examination("00000101", "DX", 1),
    Examination("00000102", "DX", 1),
    Examination("00000103", "DX", 1),
    Examination("00000104", "CT", 1, (4, 2, 3, 1, 5)),
    Examination("00000104", "CT", 2, (1, 2, 3)),
    Examination("00000105", "CT", 1, (1, 2, 4, 5)),
    Examination("00000106", "PT", 1, (1, 2, 3)),
    Examination("00000106", "CT", 2, (1, 2, 3)),
)
CLASSES = {
    "00000101": "normal",
    "00000102": "benign",
    "00000103": "악성",
    "00000104": "malignant",
    "00000105": "benign",
    "00000106": "malignant",
}


def write_export(folder: Path) -> Path:
    """A folder as a PACS exports it: 3 films, 3 series of CT of two patients, a PET-CT; 21 images."""
    folder.mkdir(parents=True)
    for count, examination in enumerate(EXAMINATIONS):
        for number in examination.numbers:
            (folder / f"{count}-{number}.dcm").write_bytes(image(examination, number, WIDE))
    return folder


def write_classes(file: Path, patients: dict[str, str] | None = None, **columns: dict[str, str]) -> Path:
    """A table of classes by the hospital's patient numbers."""
    names = ",".join(["patient_id", "class", *columns])
    lines = [
        ",".join([patient, label, *(column.get(patient, "") for column in columns.values())])
        for patient, label in (CLASSES if patients is None else patients).items()
    ]
    file.write_text("\n".join([names, *lines]) + "\n", encoding="utf-8")
    return file
