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
_OF_SEVERAL_FRAMES = "1.2.840.10008.5.1.4.1.1.7.2"
_GROUPS = ("PixelMeasuresSequence", "PlanePositionSequence", "PlaneOrientationSequence")
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
        pixels: (rows, columns), or (frames, rows, columns) for a source with several frames; the mask is then
            a Multi-frame Grayscale Byte Secondary Capture image (PS3.3 section A.8.3) with their places.
        meaning: what the mask holds, for Derivation Description; ASCII.
        number: Instance Number.

    Raises:
        ImageError: mask and source have different sizes.
    """
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID, ExplicitVRLittleEndian

    rows, columns = int(source.Rows), int(source.Columns)
    if pixels.shape[-2:] != (rows, columns):
        raise ImageError(f"the mask has {pixels.shape} pixels and its image ({rows}, {columns})")
    several = pixels.ndim == 3
    data = np.ascontiguousarray(pixels, dtype=np.uint8).tobytes()
    uid = _uid(str(source.SOPInstanceUID), meaning, hashlib.sha256(data).hexdigest())
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(_OF_SEVERAL_FRAMES if several else _SECONDARY_CAPTURE)
    meta.MediaStorageSOPInstanceUID = UID(uid)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made = FileDataset(str(file), {}, file_meta=meta, preamble=b"\0" * 128)
    for keyword in _KEPT:
        if keyword in source:
            made[keyword] = source[keyword]
    _describe(made, source, uid, meaning, number)
    if several:
        _describe_frames(made, source, len(pixels))
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


def _describe_frames(made: Any, source: "Dataset", count: int) -> None:
    """The frames of a mask: as many as its source has, at the same places."""
    from pydicom.dataset import Dataset
    from pydicom.tag import Tag

    from hilum.dicom.functional_groups import frame_group

    made.SOPClassUID, made.NumberOfFrames = _OF_SEVERAL_FRAMES, count
    made.BurnedInAnnotation, made.PresentationLUTShape = "NO", "IDENTITY"
    made.RescaleIntercept, made.RescaleSlope, made.RescaleType = 0, 1, "US"
    groups = []
    for frame in range(count):
        group = Dataset()
        for keyword in _GROUPS:
            found = frame_group(source, keyword, frame)
            if found is not None:
                setattr(group, keyword, [found])
        groups.append(group)
    if all(len(group) == len(_GROUPS) for group in groups):
        made.PerFrameFunctionalGroupsSequence = groups
        made.SharedFunctionalGroupsSequence = [Dataset()]
        made.FrameIncrementPointer = Tag("PerFrameFunctionalGroupsSequence")
    else:
        made.PageNumberVector = list(range(1, count + 1))
        made.FrameIncrementPointer = Tag("PageNumberVector")


def read_binary(file: Path) -> tuple["Dataset", Pixels]:
    """The header and pixels of a mask, (rows, columns) or (frames, rows, columns); not 0 is inside.

    Raises:
        ImageError: the file cannot be read, or holds no picture in grey.
    """
    from hilum.dicom import decode, quietly, read_dataset

    with quietly():
        dataset = read_dataset(file)
        values = np.asarray(decode(dataset).stored)
    if values.ndim != 3:
        raise ImageError(f"{file.name} holds a picture in colour: a mask is in grey")
    if len(values) == 1:
        values = values[0]
    return dataset, values != 0


def _uid(*words: str) -> str:
    """A UID drawn from words (PS3.5 section B.2), the same for the same words."""
    drawn = hashlib.sha256("\n".join(("hilum mask", *words)).encode()).digest()[:16]
    return f"2.25.{int.from_bytes(drawn)}"
