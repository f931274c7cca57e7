"""CT-like files with a header as a scanner writes it: 240 elements, nested sequences, private groups.

The values are invented; which attributes there are, how they nest, how long they are and which of them differ
from slice to slice is as in clinical series.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

PATIENTS, STUDIES_EACH, SERIES_EACH = 5, 1, 4
_ROOT = "1.2.392.200036.9116.2.6.1.48.1211419"
_TECHNIQUE = {
    "ScanOptions": "HELICAL_CT",
    "SliceThickness": "1.25",
    "KVP": "120",
    "DataCollectionDiameter": "500.000000",
    "SoftwareVersions": "V6.06ER005",
    "ReconstructionDiameter": "360.000000",
    "DistanceSourceToDetector": "949.147000",
    "DistanceSourceToPatient": "541.000000",
    "GantryDetectorTilt": "0.000000",
    "TableHeight": "146.500000",
    "RotationDirection": "CW",
    "ExposureTime": "500",
    "FilterType": "BODY FILTER",
    "GeneratorPower": "36",
    "FocalSpots": ["1.200000", "1.200000"],
    "ConvolutionKernel": "STANDARD",
    "PatientPosition": "FFS",
    "RevolutionTime": 0.5,
    "SingleCollimationWidth": 0.625,
    "TotalCollimationWidth": 40.0,
    "TableSpeed": 78.75,
    "TableFeedPerRotation": 39.375,
    "SpiralPitchFactor": 0.984375,
    "ReconstructionTargetCenterPatient": [0.0, -2.5, 840.0],
    "DataCollectionCenterPatient": [0.0, 0.0, 840.0],
    "EstimatedDoseSaving": 30.0,
    "CTDIvol": 11.43,
    "ExposureModulationType": "XYZ_EC",
}
_IMAGE = {
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "Rows": 512,
    "Columns": 512,
    "PixelSpacing": ["0.703125", "0.703125"],
    "BitsAllocated": 16,
    "BitsStored": 16,
    "HighBit": 15,
    "PixelRepresentation": 1,
    "PixelPaddingValue": -2000,
    "WindowCenter": ["40", "-600"],
    "WindowWidth": ["400", "1500"],
    "RescaleIntercept": "-1024",
    "RescaleSlope": "1",
    "RescaleType": "HU",
    "WindowCenterWidthExplanation": ["WINDOW1", "WINDOW2"],
    "LossyImageCompression": "00",
}
_PEOPLE = (
    ("Miller^Anna", "H-004711", "19500203", "F"),
    ("Hong^Gildong", "00123456", "19610712", "M"),
    ("Garcia^Maria^Luisa", "PX-889123", "19721130", "F"),
    ("Okafor^Chinedu", "4400-17-22", "19880501", "M"),
    ("Lindqvist^Bjorn^Erik", "20011", "19440909", "M"),
)


@dataclass(frozen=True)
class Place:
    """Which slice of which series of which patient."""

    patient: int
    series: int
    slice: int
    slices: int

    @property
    def study(self) -> str:
        """Study Instance UID."""
        return f"{_ROOT}.{self.patient + 1}.20240301"


def write_files(folder: Path, count: int) -> list[Path]:
    """Write `count` files of 512 x 512 pixels: series of equal length, a folder each.

    Returns:
        The files in the order of their slices.
    """
    each = -(-count // (PATIENTS * SERIES_EACH))
    paths: list[Path] = []
    for patient in range(PATIENTS):
        for series in range(SERIES_EACH):
            home = folder / f"{patient:02d}" / f"{series:02d}"
            home.mkdir(parents=True)
            for number in range(min(each, count - len(paths))):
                path = home / f"IM{number:05d}.dcm"
                dcmwrite(path, slice_of(Place(patient, series, number, each)), enforce_file_format=True)
                paths.append(path)
    return paths


def slice_of(place: Place) -> Dataset:
    """One slice with all its attributes."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    for part in (_identity(place), _technique(place), _geometry(place), _private(place)):
        data.update(part)
    data.PixelData = _pixels(place)
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.file_meta.SourceApplicationEntityTitle = "CT01_GANGBYEON"
    return data


def _identity(place: Place) -> Dataset:
    """Patient, study, visit, request."""
    data = Dataset()
    name, number, birth, sex = _PEOPLE[place.patient]
    data.SpecificCharacterSet = "ISO_IR 100"
    data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    data.InstanceCreationDate = data.StudyDate = data.SeriesDate = "20240301"
    data.AcquisitionDate = data.ContentDate = "20240301"
    data.StudyTime, data.SeriesTime = "101500", f"10{17 + place.series}42.125000"
    data.InstanceCreationTime = _clock(place, 120.0)
    data.ContentTime = data.AcquisitionTime = _clock(place, 0.0)
    data.SOPClassUID = CTImageStorage
    data.SOPInstanceUID = UID(f"{place.study}.{place.series + 1}.{place.slice + 1}.7231")
    data.StudyInstanceUID, data.SeriesInstanceUID = place.study, f"{place.study}.{place.series + 1}"
    data.FrameOfReferenceUID = f"{place.study}.9901"
    data.AccessionNumber, data.Modality, data.Manufacturer = (
        f"ACC-998{place.patient}12",
        "CT",
        "GE MEDICAL SYSTEMS",
    )
    data.InstitutionName, data.InstitutionAddress = "Gangbyeon University Hospital", "12 River Road, Seoul"
    data.InstitutionalDepartmentName, data.StationName = "Radiology", "CT01"
    data.ReferringPhysicianName, data.PerformingPhysicianName = "Craig^Mark", "Lee^Younghee"
    data.OperatorsName, data.PhysiciansOfRecord = ["Park^J", "Kim^S"], "Craig^Mark"
    data.StudyDescription, data.SeriesDescription = "CHEST CT WITH CONTRAST", f"AX {place.series + 1}.25MM"
    data.ManufacturerModelName, data.DeviceSerialNumber = "Revolution CT", "REVO0012345"
    data.PatientName, data.PatientID, data.PatientBirthDate, data.PatientSex = name, number, birth, sex
    data.PatientAge, data.PatientSize, data.PatientWeight = "063Y", "1.68", "62.5"
    data.OtherPatientIDs, data.PatientAddress = f"X{number}", "7 Mill Lane"
    data.PatientTelephoneNumbers, data.EthnicGroup = "010-1234-5678", "unknown"
    data.AdditionalPatientHistory, data.PregnancyStatus = "cough for 3 weeks, r/o mass", 4
    data.BodyPartExamined, data.ContrastBolusAgent = "CHEST", "IOHEXOL 300"
    data.ProtocolName, data.StudyID = "5.1 CHEST ROUTINE", f"{7400 + place.patient}"
    data.AdmissionID, data.CurrentPatientLocation = "V20240301-77", "ward 7"
    data.RequestingPhysician, data.RequestedProcedureDescription = "Craig^Mark", "CT chest with contrast"
    data.PerformedProcedureStepStartDate, data.PerformedProcedureStepStartTime = "20240301", "101622"
    data.PerformedProcedureStepID, data.PerformedProcedureStepDescription = "PPS77412", "CHEST CT"
    data.ProcedureCodeSequence = Sequence([_coded("71260", "CT THORAX W/DYE", "C4")])
    data.RequestAttributesSequence = Sequence([_request()])
    data.ReferencedStudySequence = Sequence([_reference("1.2.840.10008.3.1.2.3.1", place.study)])
    data.ReferencedPerformedProcedureStepSequence = Sequence(
        [_reference("1.2.840.10008.3.1.2.3.3", f"{place.study}.5510")]
    )
    return data


def _technique(place: Place) -> Dataset:
    """How it was scanned."""
    data = Dataset()
    for keyword, value in _TECHNIQUE.items():
        setattr(data, keyword, value)
    data.XRayTubeCurrent, data.Exposure = str(180 + place.slice * 7 % 120), str(90 + place.slice * 7 % 60)
    data.IrradiationEventUID = f"{place.study}.{place.series + 1}.8"
    data.CTDIPhantomTypeCodeSequence = Sequence([_coded("113691", "IEC Body Dosimetry Phantom", "DCM")])
    anatomy = _coded("T-D3000", "Chest", "SRT")
    anatomy.AnatomicRegionModifierSequence = Sequence([_coded("G-A103", "Unilateral", "SRT")])
    data.AnatomicRegionSequence = Sequence([anatomy])
    agent = _coded("C-B0322", "Iohexol", "SRT")
    agent.ContrastBolusIngredientCodeSequence = Sequence([_coded("C-11400", "Iodine", "SRT")])
    data.ContrastBolusAgentSequence = Sequence([agent])
    return data


def _geometry(place: Place) -> Dataset:
    """Where the slice lies; what it refers to."""
    data = Dataset()
    height = -120.0 + 1.25 * place.slice
    data.AcquisitionNumber, data.InstanceNumber = "1", str(place.slice + 1)
    data.ImagePositionPatient = ["-180.000", "-182.500", f"{height:.3f}"]
    data.ImageOrientationPatient = [f"{value:.6f}" for value in (1, 0, 0, 0, 1, 0)]
    data.SliceLocation, data.PositionReferenceIndicator = f"{height:.3f}", "SN"
    data.SeriesNumber, data.ImagesInAcquisition = str(place.series + 1), str(place.slices)
    for keyword, value in _IMAGE.items():
        setattr(data, keyword, value)
    scout = [_reference(CTImageStorage, f"{place.study}.1000.{number}.7231") for number in (1, 2)]
    for item in scout:
        item.PurposeOfReferenceCodeSequence = Sequence([_coded("121311", "Localizer", "DCM")])
    data.ReferencedImageSequence = Sequence(scout)
    return data


def _private(place: Place) -> Dataset:
    """Groups of a maker."""
    data = Dataset()
    block = data.private_block(0x0009, "GEMS_IDEN_01", create=True)
    for element, vr, value in ((1, "LO", "CT_LIGHTSPEED"), (2, "SH", "CT01"), (4, "SH", "Revolution CT")):
        block.add_new(element, vr, value)
    block = data.private_block(0x0019, "GEMS_ACQU_01", create=True)
    for element in range(2, 26):
        block.add_new(element, "DS", f"{element * 1.5 + place.series:.6f}")
    block.add_new(0x39, "SS", 16)
    block = data.private_block(0x0021, "GEMS_RELA_01", create=True)
    for element in range(3, 9):
        block.add_new(element, "SS", element * 3)
    block.add_new(0x36, "LO", f"HIS{place.patient}77")
    block = data.private_block(0x0027, "GEMS_IMAG_01", create=True)
    for element in range(0x10, 0x20):
        block.add_new(element, "FL", element + 0.25 * place.slice)
    block = data.private_block(0x0043, "GEMS_PARM_01", create=True)
    for element in range(0x10, 0x20):
        block.add_new(element, "SH", f"{element:d}.5\\{place.series}")
    block.add_new(0x2A, "OB", bytes(range(256)) * 2)
    return data


def _request() -> Dataset:
    item = Dataset()
    item.RequestedProcedureDescription, item.RequestedProcedureID = "CT chest with contrast", "RP8812"
    item.ScheduledProcedureStepID, item.ScheduledProcedureStepDescription = "SPS8812", "CHEST CT"
    item.ScheduledProtocolCodeSequence = Sequence([_coded("CT7", "CHEST ROUTINE", "99GBH")])
    return item


def _reference(kind: str, instance: str) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = kind, instance
    return item


def _coded(value: str, meaning: str, scheme: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def _clock(place: Place, later: float) -> str:
    seconds = 18.0 + later + 90.0 * place.series + 0.173 * place.slice
    return f"10{17 + int(seconds // 60):02d}{seconds % 60:09.6f}"


def _pixels(place: Place) -> bytes:
    """A body in air, padding around it: as many grey values as a real slice, another noise each time."""
    y, x = np.ogrid[-1:1:512j, -1:1:512j]
    noise = np.random.default_rng([place.patient, place.series, place.slice]).normal(0, 25, (512, 512))
    body = np.where((x / 0.8) ** 2 + (y / 0.6) ** 2 < 1, 1064, 24) + noise
    return np.where(x**2 + y**2 < 1, body.round(), -2000).astype("<i2").tobytes()
