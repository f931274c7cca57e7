"""Small pictures of people who do not exist, as a scanner writes them."""

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRLittleEndian,
    JPEGBaseline8Bit,
    SecondaryCaptureImageStorage,
)

ROOT = "1.2.826.0.1.3680043.8.498.77"


def slice_of(patient: str, study: int, number: int, *, size: int = 32, modality: str = "CT") -> Dataset:
    """One slice; patient, study and number make its identifiers."""
    data = Dataset()
    data.SpecificCharacterSet = "ISO_IR 192"
    data.SOPClassUID = CTImageStorage
    data.StudyInstanceUID = f"{ROOT}.{study}"
    data.SeriesInstanceUID = f"{ROOT}.{study}.1"
    data.SOPInstanceUID = f"{ROOT}.{study}.1.{number}"
    data.FrameOfReferenceUID = f"{ROOT}.{study}.9"
    data.PatientName, data.PatientID, data.PatientBirthDate = "홍^길동", patient, "19560131"
    data.PatientSex, data.AccessionNumber, data.Modality = "M", f"ACC{study:06d}", modality
    data.StudyDate, data.StudyTime = f"202403{study % 28 + 1:02d}", "101500"
    data.StudyDescription, data.SeriesDescription = "CHEST CT", "AX"
    data.ImageType, data.InstanceNumber, data.SeriesNumber = ["ORIGINAL", "PRIMARY", "AXIAL"], number, 1
    data.StudyID, data.PatientPosition = "1", "HFS"
    data.ImagePositionPatient = [-200, -200, number]
    data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data.PixelSpacing, data.SliceThickness = [0.7, 0.7], 1
    data.RescaleIntercept, data.RescaleSlope = -1024, 1
    data.Rows = data.Columns = size
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.PixelData = np.random.default_rng(number).integers(0, 4096, (size, size), dtype=np.uint16).tobytes()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return data


def write(data: Dataset, path: Path) -> Path:
    """Write a picture with its file meta information."""
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    path.parent.mkdir(parents=True, exist_ok=True)
    pydicom.dcmwrite(path, data, enforce_file_format=True)
    return path


def series(folder: Path, patient: str, study: int, count: int, **more: Any) -> list[Path]:
    """A series as files."""
    return [
        write(slice_of(patient, study, number, **more), folder / f"{study}-{number}.dcm")
        for number in range(1, count + 1)
    ]


def jpeg_picture(path: Path, patient: str, study: int) -> Path:
    """A secondary capture, compressed with JPEG."""
    from io import BytesIO

    from PIL import Image
    from pydicom.encaps import encapsulate

    data = slice_of(patient, study, 1)
    data.SOPClassUID, data.Modality = SecondaryCaptureImageStorage, "OT"
    data.BitsAllocated = data.BitsStored = 8
    data.HighBit, data.ConversionType = 7, "WSD"
    del data.RescaleIntercept, data.RescaleSlope
    buffer = BytesIO()
    Image.fromarray(np.add.outer(np.arange(32), np.arange(32)).astype(np.uint8)).save(buffer, "JPEG")
    data.PixelData = encapsulate([buffer.getvalue()])
    data["PixelData"].is_undefined_length = True
    data.LossyImageCompression = "01"
    data.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    return write(data, path)
