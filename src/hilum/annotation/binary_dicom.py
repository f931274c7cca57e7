"""Masks as binary DICOM: an image of 0 and 1 with the size, study and place in space of its source."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hilum.annotation.rasterising import Pixels
from hilum.errors import ImageError
from hilum.files import replaced_when_done

if TYPE_CHECKING:
    from pydicom import Dataset

_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_KEPT = (
    *("SpecificCharacterSet", "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "PatientAge"),
    *("PatientIdentityRemoved", "DeidentificationMethod", "LongitudinalTemporalInformationModified"),
    *("StudyInstanceUID", "StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName", "StudyID"),
    *("FrameOfReferenceUID", "PositionReferenceIndicator", "PatientOrientation", "Laterality"),
    *("ImagePositionPatient", "ImageOrientationPatient", "SliceThickness", "SliceLocation"),
    *("PixelSpacing", "ImagerPixelSpacing", "PixelSpacingCalibrationType", "BodyPartExamined"),
)
"""What a mask shares with its source: patient, study, frame of reference, place, distances."""


def write_binary(file: Path, source: "Dataset", pixels: Pixels, meaning: str, number: int) -> None:
    """Write a mask as a DICOM file, 1 inside and 0 outside.

    It is a Secondary Capture image (PS3.3 section A.8.1), since no modality made it, with the source named
    in Source Image Sequence. The same mask of the same source always gets the same UIDs.

    Args:
        file: where to.
        source: the header of the image that was marked.
        pixels: (rows, columns).
        meaning: what the mask holds, for Derivation Description; ASCII.
        number: Instance Number.

    Raises:
        ImageError: mask and source have different sizes.
    """
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, ExplicitVRLittleEndian

    rows, columns = int(source.Rows), int(source.Columns)
    if pixels.shape != (rows, columns):
        raise ImageError(f"the mask has {pixels.shape} pixels and its image ({rows}, {columns})")
    data = np.ascontiguousarray(pixels, dtype=np.uint8).tobytes()
    uid = _uid(str(source.SOPInstanceUID), meaning, hashlib.sha256(data).hexdigest())
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(_SECONDARY_CAPTURE)
    meta.MediaStorageSOPInstanceUID = UID(uid)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made = FileDataset(str(file), {}, file_meta=meta, preamble=b"\0" * 128)
    for keyword in _KEPT:
        if keyword in source:
            made[keyword] = source[keyword]
    _describe(made, source, uid, meaning, number)
    made.Rows, made.Columns = rows, columns
    made.PixelData = data + b"\0" * (len(data) % 2)
    with replaced_when_done(file) as path:
        made.save_as(path, enforce_file_format=True)


def _describe(made: Any, source: "Dataset", uid: str, meaning: str, number: int) -> None:
    from pydicom.dataset import Dataset

    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime"):
        if keyword not in made:
            setattr(made, keyword, "")
    for keyword in ("AccessionNumber", "ReferringPhysicianName", "StudyID", "PatientOrientation"):
        if keyword not in made:
            setattr(made, keyword, "")
    made.SOPClassUID, made.SOPInstanceUID = _SECONDARY_CAPTURE, uid
    made.SeriesInstanceUID = _uid(str(source.SeriesInstanceUID), "masks")
    made.Modality = "OT"
    made.ConversionType = "WSD"
    made.SeriesNumber, made.InstanceNumber = "9000", str(number)
    made.SeriesDescription = "Lesion masks"
    made.ImageType = ["DERIVED", "SECONDARY"]
    made.DerivationDescription = meaning
    referenced = Dataset()
    referenced.ReferencedSOPClassUID = source.SOPClassUID
    referenced.ReferencedSOPInstanceUID = source.SOPInstanceUID
    made.SourceImageSequence = [referenced]
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 8, 8, 7, 0
    made.SmallestImagePixelValue, made.LargestImagePixelValue = 0, 1
    made.WindowCenter, made.WindowWidth = "1", "1"  # PS3.3 section C.11.2.1.2.1: up to 0.5 black, above white


def read_binary(file: Path) -> tuple["Dataset", Pixels]:
    """The header and pixels of a mask; every value that is not 0 is inside.

    Raises:
        ImageError: the file cannot be read, or holds no single picture.
    """
    from hilum.dicom import decode, quietly, read_dataset

    with quietly():
        dataset = read_dataset(file)
        values = np.squeeze(np.asarray(decode(dataset).stored))
    if values.ndim != 2:
        raise ImageError(f"{file.name} holds no single picture: a mask is one picture in grey")
    return dataset, values != 0


def _uid(*words: str) -> str:
    """A UID drawn from words (PS3.5 section B.2), the same for the same words."""
    drawn = hashlib.sha256("\n".join(("hilum mask", *words)).encode()).digest()[:16]
    return f"2.25.{int.from_bytes(drawn)}"
