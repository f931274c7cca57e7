"""Workspaces with films, CT and PET-CT made in code, for the viewer and the pages that mark."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    CTImageStorage,
    DigitalXRayImageStorageForPresentation,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    PositronEmissionTomographyImageStorage,
    generate_uid,
)

from hilum.archive import create_workspace, open_archive

CLASSES = {
    "CT": CTImageStorage,
    "DX": DigitalXRayImageStorageForPresentation,
    "PT": PositronEmissionTomographyImageStorage,
}
SIDE_MM, THICKNESS_MM = 360.0, 1.25
WEIGHT_KG, DOSE_BQ, HALF_LIFE_S = 70.0, 350e6, 6586.2
"""Of the simulated FDG-PET: injected at 09:00:00, scanned at 10:00:00."""


def ct_pixels(slices: int, size: int) -> Iterator[NDArray[np.int16]]:
    """A body of 40 HU with two lungs of -850 HU and a nodule of 60 HU in the middle slices of one."""
    y, x = np.mgrid[:size, :size]
    body = np.where(np.hypot((x - size / 2) / (size * 0.45), (y - size / 2) / (size * 0.35)) < 1, 40, -1000)
    for place in range(slices):
        pixels = body.astype(np.int16)
        reach = np.sin(np.pi * (place + 0.5) / slices)
        for centre in (0.32, 0.68):
            lung = np.hypot((x - size * centre) / (size * 0.13), (y - size / 2) / (size * 0.24)) < reach
            pixels[lung] = -850
        away = (x - size * 0.7) ** 2 + (y - size * 0.45) ** 2 + ((place - slices / 2) * size / slices) ** 2
        pixels[away < (size * 0.05) ** 2] = 60
        yield pixels


def _dataset(
    modality: str, patient: str, *, study: str, series: str, number: int, pixels: NDArray
) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CLASSES[modality]
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    made.SOPClassUID, made.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    made.StudyInstanceUID, made.SeriesInstanceUID = study, series
    made.PatientID, made.PatientName, made.PatientSex, made.PatientAge = patient, "Kim^Test", "F", "061Y"
    made.Modality, made.InstanceNumber, made.AccessionNumber = modality, number, f"A{patient}"
    made.StudyDate = made.SeriesDate = made.AcquisitionDate = "20210305"
    made.StudyTime, made.SeriesTime, made.AcquisitionTime = "095500", "100000", "100000"
    made.Manufacturer, made.ManufacturerModelName, made.BodyPartExamined = "SYNTH", "ONE", "CHEST"
    made.Rows, made.Columns = pixels.shape
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    made.BitsAllocated = made.BitsStored = 16
    made.HighBit, made.PixelRepresentation = 15, int(pixels.dtype == np.int16)
    made.PixelData = pixels.astype("<i2" if pixels.dtype == np.int16 else "<u2").tobytes()
    return made


def _place(made: Dataset, number: int, spacing: float, frame: str) -> None:
    made.ImagePositionPatient = [-SIDE_MM / 2, -SIDE_MM / 2, number * THICKNESS_MM]
    made.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    made.PixelSpacing, made.SliceThickness, made.FrameOfReferenceUID = [spacing, spacing], THICKNESS_MM, frame


def write_ct(
    folder: Path, patient: str, slices: int, size: int = 512, *, study: str = "", frame: str = ""
) -> None:
    """A CT series of a patient, feet first, 1.25 mm apart."""
    folder.mkdir(parents=True, exist_ok=True)
    study, series, frame = study or generate_uid(), generate_uid(), frame or generate_uid()
    for number, pixels in enumerate(ct_pixels(slices, size)):
        made = _dataset("CT", patient, study=study, series=series, number=number + 1, pixels=pixels)
        _place(made, number, SIDE_MM / size, frame)
        made.RescaleIntercept, made.RescaleSlope, made.WindowCenter, made.WindowWidth = 0, 1, 40, 400
        made.save_as(folder / f"ct-{number:04d}.dcm", enforce_file_format=True)


def write_pet(folder: Path, patient: str, slices: int, *, study: str, frame: str, size: int = 64) -> None:
    """A PET series over the same body, in Bq/ml, decay corrected to the start of the scan."""
    folder.mkdir(parents=True, exist_ok=True)
    series = generate_uid()
    for number in range(slices):
        pixels = np.full((size, size), 400, np.uint16)
        pixels[int(size * 0.42) : int(size * 0.48), int(size * 0.67) : int(size * 0.73)] = 9000
        made = _dataset("PT", patient, study=study, series=series, number=number + 1, pixels=pixels)
        _place(made, number, SIDE_MM / size, frame)
        made.RescaleIntercept, made.RescaleSlope, made.Units = 0, 5.0, "BQML"
        made.DecayCorrection, made.CorrectedImage, made.PatientWeight = "START", ["DECY", "ATTN"], WEIGHT_KG
        tracer = Dataset()
        tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = DOSE_BQ, HALF_LIFE_S
        tracer.RadiopharmaceuticalStartTime = "090000"
        made.RadiopharmaceuticalInformationSequence = Sequence([tracer])
        made.ActualFrameDuration, made.FrameReferenceTime = 120_000, 60_000
        made.save_as(folder / f"pt-{number:04d}.dcm", enforce_file_format=True)


def write_film(folder: Path, patient: str, rows: int = 400, columns: int = 320) -> None:
    """A chest film with a round shadow, shown with black and white exchanged (MONOCHROME1)."""
    folder.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[:rows, :columns]
    pixels = (1200 + 800 * np.sin(x / columns * np.pi)).astype(np.uint16)
    pixels[(x - columns * 0.3) ** 2 + (y - rows * 0.4) ** 2 < (columns * 0.08) ** 2] = 3000
    made = _dataset(
        "DX",
        patient,
        study=generate_uid(),
        series=generate_uid(),
        number=1,
        pixels=(4095 - pixels).astype(np.uint16),
    )
    made.BitsStored, made.HighBit, made.PhotometricInterpretation = 12, 11, "MONOCHROME1"
    made.ViewPosition, made.PatientOrientation = "PA", ["L", "F"]
    made.ImagerPixelSpacing, made.BurnedInAnnotation = [1.0, 1.0], "NO"
    made.PresentationLUTShape, made.ImageType = "INVERSE", ["DERIVED", "PRIMARY"]
    made.save_as(folder / "film.dcm", enforce_file_format=True)


def write_curved_films(folder: Path) -> None:
    """Films that DICOM's tables and windows make visible, each another way (PS3.3 C.11.1 and C.11.2)."""
    folder.mkdir(parents=True, exist_ok=True)
    ramp = np.add.outer(np.arange(60) * 30, np.arange(40) * 50).astype(np.uint16)
    optical = _table(4096, 0, 4095 - np.arange(4096) ** 2 // 4096, "optical density", "OD")
    curve = _table(3000, 500, np.round(255 * (np.arange(3000) / 2999) ** 0.5), "bones")
    ways: dict[str, dict[str, object]] = {
        "61": {"ModalityLUTSequence": [optical], "VOILUTSequence": [curve, _table(2, 900, [0, 255], "edge")]},
        "62": {
            "PhotometricInterpretation": "MONOCHROME1",
            "PresentationLUTShape": "INVERSE",
            "WindowCenter": [1800, 900],
            "WindowWidth": [700, 300],
            "VOILUTFunction": "SIGMOID",
            "WindowCenterWidthExplanation": ["LUNG", "SOFT"],
        },
        "63": {"WindowCenter": 1500, "WindowWidth": 900, "VOILUTFunction": "LINEAR_EXACT"},
        "64": {"PixelPaddingValue": 0, "RescaleSlope": "0.5", "RescaleIntercept": "-100"},
    }
    for patient, attributes in ways.items():
        told = {"study": generate_uid(), "series": generate_uid(), "number": 1}
        made = _dataset("DX", patient, pixels=ramp, **told)
        made.BitsStored, made.HighBit, made.ViewPosition, made.PatientOrientation = 12, 11, "PA", ["L", "F"]
        made.ImagerPixelSpacing, made.BurnedInAnnotation = [5.0, 5.0], "NO"
        made.PresentationLUTShape, made.ImageType = "IDENTITY", ["DERIVED", "PRIMARY"]
        for word, value in attributes.items():
            setattr(made, word, value)
        made.save_as(folder / f"{patient}.dcm", enforce_file_format=True)


def _table(count: int, first: int, entries: object, name: str, kind: str = "") -> Dataset:
    made, values = Dataset(), np.asarray(entries)
    made.add_new("LUTDescriptor", "US", [count, first, 8 if values.max() < 256 else 16])
    made.add_new("LUTData", "OW", values.astype("<u2").tobytes())
    made.LUTExplanation = name
    if kind:
        made.ModalityLUTType = kind
    return made


def write_enhanced_ct(folder: Path, patient: str, frames: int, size: int = 64) -> None:
    """A CT in one file, the head first in it, with place, rescale and window of each frame in its groups."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {"study": generate_uid(), "series": generate_uid(), "number": 1}
    pixels = list(ct_pixels(frames, size))
    made = _dataset("CT", patient, pixels=pixels[0], **told)
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = EnhancedCTImageStorage
    made.NumberOfFrames, made.FrameOfReferenceUID = frames, generate_uid()
    made.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    made.PixelData = np.stack([one + 1024 for one in pixels[::-1]]).astype("<i2").tobytes()
    shared, spacing = Dataset(), Dataset()
    spacing.PixelSpacing, spacing.SliceThickness = [SIDE_MM / size] * 2, THICKNESS_MM
    turn, rescale = Dataset(), Dataset()
    turn.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    rescale.RescaleIntercept, rescale.RescaleSlope, rescale.RescaleType = -1024, 1, "HU"
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [spacing], [turn]
    shared.PixelValueTransformationSequence = [rescale]
    made.SharedFunctionalGroupsSequence = [shared]
    groups = []
    for place in range(frames):
        group, where, window, content = Dataset(), Dataset(), Dataset(), Dataset()
        where.ImagePositionPatient = [-SIDE_MM / 2, -SIDE_MM / 2, (frames - 1 - place) * THICKNESS_MM]
        window.WindowCenter, window.WindowWidth = 40, 400
        content.StackID, content.InStackPositionNumber = "1", place + 1
        group.PlanePositionSequence, group.FrameVOILUTSequence = [where], [window]
        group.FrameContentSequence = [content]
        groups.append(group)
    made.PerFrameFunctionalGroupsSequence = groups
    made.save_as(folder / "enhanced.dcm", enforce_file_format=True)


def filled_workspace(folder: Path, source: Path) -> None:
    """A workspace whose archive holds what lies in a folder.

    Raises:
        AssertionError: something went to quarantine.
    """
    archive = open_archive(create_workspace(folder))
    report = archive.ingest([source], workers=1)
    reasons = [entry.reason for entry in archive.quarantine()]
    archive.engine.dispose()
    assert not report.quarantined, reasons
