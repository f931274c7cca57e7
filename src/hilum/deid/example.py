"""A small chest radiograph made in code, for examples and tests."""

from io import BytesIO

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian


def example_file() -> pydicom.FileDataset:
    """A radiograph of 32 x 32 pixels of a patient who does not exist, as read from a file.

    Example:
        >>> example_file().Modality
        'DX'
    """
    return pydicom.dcmread(BytesIO(example_bytes()))


def example_bytes() -> bytes:
    """The same radiograph as the bytes of a file.

    Example:
        >>> example_bytes()[128:132]
        b'DICM'
    """
    source = Dataset()
    source.SOPClassUID, source.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.1.1", "1.2.826.0.1.3680043.8.498.1"
    source.StudyInstanceUID, source.SeriesInstanceUID = (
        source.SOPInstanceUID + ".2",
        source.SOPInstanceUID + ".3",
    )
    source.PatientName, source.PatientID, source.PatientBirthDate = "Hong^Gildong", "00123456", "19560131"
    source.PatientSex, source.AccessionNumber, source.Modality = "M", "ACC20240007", "DX"
    source.StudyDate, source.StudyTime = "20240301", "101112"
    source.InstitutionName, source.ReferringPhysicianName = "Gangbyeon University Hospital", "Kim^Younghee"
    source.ViewPosition, source.BodyPartExamined, source.Manufacturer = "PA", "CHEST", "SIEMENS"
    source.Rows = source.Columns = 32
    source.SamplesPerPixel, source.PhotometricInterpretation, source.PixelRepresentation = 1, "MONOCHROME2", 0
    source.BitsAllocated, source.BitsStored, source.HighBit = 16, 12, 11
    source.PixelData = np.arange(1024, dtype="<u2").tobytes()
    source.file_meta = FileMetaDataset()
    source.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, enforce_file_format=True)
    return buffer.getvalue()
