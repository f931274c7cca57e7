"""Files a second into the archive, beside dicognito and Kitware's dicom-anonymizer, in one run.

The peers read, change the header and write. hilum does that too, and besides keeps index and vault, hashes
file and pixels, and scans every output byte for what it removed.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

FILES = 200


def slice_of(number: int, study: str, series: str) -> Dataset:
    """One CT slice of 512 x 512, half a megabyte, with a header as a scanner writes it."""
    data = Dataset()
    data.SpecificCharacterSet = "ISO_IR 100"
    data.SOPClassUID, data.SOPInstanceUID = CTImageStorage, generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID = study, series
    data.FrameOfReferenceUID = generate_uid()
    data.PatientName, data.PatientID, data.PatientBirthDate = "Miller^Anna", "H-004711", "19500203"
    data.PatientSex, data.PatientAge, data.AccessionNumber = "F", "074Y", "ACC-99812"
    data.StudyDate, data.StudyTime, data.Modality = "20240301", "101500", "CT"
    data.InstitutionName, data.ReferringPhysicianName = "St Elsewhere", "Craig^Mark"
    data.StudyDescription, data.SeriesDescription = "CHEST CT", "AX 1.0"
    data.ImageType, data.InstanceNumber = ["ORIGINAL", "PRIMARY", "AXIAL"], number
    data.ImagePositionPatient, data.ImageOrientationPatient = [-200, -200, number], [1, 0, 0, 0, 1, 0]
    data.PixelSpacing, data.SliceThickness = [0.7, 0.7], 1
    data.RescaleIntercept, data.RescaleSlope = -1024, 1
    data.Rows = data.Columns = 512
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.PixelData = np.random.default_rng(number).integers(0, 4096, (512, 512), dtype=np.uint16).tobytes()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID, data.file_meta.MediaStorageSOPInstanceUID = (
        CTImageStorage,
        data.SOPInstanceUID,
    )
    return data


def make(folder: Path) -> list[Path]:
    """Write the series."""
    folder.mkdir()
    study, series = generate_uid(), generate_uid()
    paths = [folder / f"{number:04d}.dcm" for number in range(FILES)]
    for number, path in enumerate(paths):
        slice_of(number, study, series).save_as(path, enforce_file_format=True)
    return paths


def rate(work: Callable[[], object]) -> float:
    """Files a second."""
    start = time.perf_counter()
    work()
    return FILES / (time.perf_counter() - start)


def main() -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")
    from dicognito.anonymizer import Anonymizer
    from dicomanonymizer import anonymize_dicom_file

    from hilum.archive import create_workspace, open_archive

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = make(folder / "in")
        (folder / "dicognito").mkdir()
        (folder / "kitware").mkdir()

        def dicognito() -> None:
            anonymizer = Anonymizer()
            for path in paths:
                data = pydicom.dcmread(path)
                anonymizer.anonymize(data)
                data.save_as(folder / "dicognito" / path.name)

        def kitware() -> None:
            for path in paths:
                anonymize_dicom_file(str(path), str(folder / "kitware" / path.name))

        archive = open_archive(create_workspace(folder / "workspace"))
        rates = {
            "dicognito": rate(dicognito),
            "dicom-anonymizer (Kitware)": rate(kitware),
            "hilum ingest, 1 process": rate(lambda: archive.ingest([folder / "in"], workers=1)),
        }
        many = open_archive(create_workspace(folder / "workspace-all"))
        rates["hilum ingest, as used"] = rate(lambda: many.ingest([folder / "in"]))
        for who, files in rates.items():
            print(f"{who:<28} {files:7.1f} files/s   {files / rates['dicognito']:5.2f}x dicognito")


if __name__ == "__main__":
    main()
