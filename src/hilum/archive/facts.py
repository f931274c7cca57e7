"""What the index says of an image, read from its cleaned header."""

import hashlib
import re
from pathlib import PurePosixPath
from typing import Any

from hilum.deid import Deidentified
from hilum.deid.attributes import plain
from hilum.deid.objects import OTHER, kind_of
from hilum.dicom import DicomPixels, quietly, view_position

_AGE = re.compile(r"(\d{3})([DWMY])")
_A_YEAR = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}


def image_facts(cleaned: Deidentified, pixels: DicomPixels | None, pixel_sha256: str) -> dict[str, Any]:
    """The row of an image, or of another object, in the index, without its source.

    Args:
        cleaned: the object.
        pixels: its pixels; None for an object that has none, such as a structured report.
        pixel_sha256: the digest of its pixels; empty where it has none.

    Example:
        >>> from hilum.deid import ResearchKeys, deidentify
        >>> from hilum.deid.example import example_file
        >>> from hilum.dicom import decode
        >>> pixels = decode(example_file())
        >>> facts = image_facts(deidentify(example_file(), ResearchKeys(bytes(32))), pixels, "")
        >>> facts["view"], facts["rows"], facts["age"]
        ('PA', 32, 68.0)
    """
    dataset = cleaned.dataset
    with quietly():
        patient = plain(dataset, "PatientID")
        uids = [plain(dataset, f"{level}InstanceUID") for level in ("Study", "Series", "SOP")]
        return {
            "image": f"{image_path(patient, *uids)}",
            "patient": patient,
            "accession": plain(dataset, "AccessionNumber"),
            "study": uids[0],
            "series": uids[1],
            "instance": uids[2],
            "kind": kind_of(plain(dataset, "SOPClassUID")) or OTHER,
            "modality": plain(dataset, "Modality"),
            "view": view_position(dataset),
            "laterality": plain(dataset, "ImageLaterality") or plain(dataset, "Laterality"),
            "body_part": plain(dataset, "BodyPartExamined"),
            "study_date": _iso_date(plain(dataset, "StudyDate")),
            "acquired": _acquired(dataset),
            "sex": plain(dataset, "PatientSex"),
            "age": _years(plain(dataset, "PatientAge")),
            "manufacturer": plain(dataset, "Manufacturer"),
            **_size(pixels),
            "photometric": plain(dataset, "PhotometricInterpretation"),
            "transfer_syntax": str(dataset.file_meta.TransferSyntaxUID),
            "sop_class": plain(dataset, "SOPClassUID"),
            "file_sha256": hashlib.sha256(cleaned.data).hexdigest(),
            "pixel_sha256": pixel_sha256,
        }


def _size(pixels: DicomPixels | None) -> dict[str, int | None]:
    """Rows, columns, frames and bits; None where there are no pixels."""
    if pixels is None:
        return dict.fromkeys(("rows", "columns", "frames", "bits_stored"))
    frames, rows, columns = pixels.stored.shape[:3]
    return {
        "rows": int(rows),
        "columns": int(columns),
        "frames": int(frames),
        "bits_stored": pixels.bits_stored,
    }


def image_path(patient: str, study: str, series: str, instance: str) -> PurePosixPath:
    """Where an image lies in the archive: made from research identifiers only, and short.

    Example:
        >>> str(image_path("P0KDNRJF9FN7MAQB", "2.25.1", "2.25.2", "2.25.3"))
        'P0KDNRJF9FN7MAQB/49b1b035c2cf7aa7/0ccd686477efdfaa/f61d29fb0b2bf769.dcm'
    """
    names = [hashlib.sha256(uid.encode()).hexdigest()[:16] for uid in (study, series, instance)]
    return PurePosixPath(patient, names[0], names[1], names[2] + ".dcm")


def _iso_date(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if len(text) == 8 else ""


def _acquired(dataset: Any) -> str:
    """The moment of acquisition as ISO 8601, to the second where known; empty where it is not given."""
    text = plain(dataset, "AcquisitionDateTime")
    for pair in ("Acquisition", "Content", "Series", "Study"):
        day, clock = plain(dataset, f"{pair}Date"), plain(dataset, f"{pair}Time").replace(":", "")
        text = text or day + clock
        if len(text) < 8:
            text = ""
    day, time = _iso_date(text[:8]), re.match(r"\d*", text[8:14])
    digits = time[0] if time else ""
    clock = ":".join(digits[start : start + 2] for start in range(0, len(digits) // 2 * 2, 2))
    return f"{day}T{clock}" if len(clock) >= 5 else day


def _years(text: str) -> float | None:
    match = _AGE.fullmatch(text)
    return None if match is None else round(int(match[1]) / _A_YEAR[match[2]], 3)
