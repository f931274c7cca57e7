"""Lung scans as gamma cameras write them: nuclear medicine images of two frames (PS3.3 A.5 and C.8.4).

Both detectors look at once, one from the front and one from behind. Two cameras write them: one names the
side by a code and puts the front first, the other tells it by the planes' orientation alone and puts the back
first.
"""

import datetime as dt
import io
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, NuclearMedicineImageStorage

from hilum.phantom.objects import unique_identifier
from hilum.phantom.people import Identity, invent_identity
from hilum.phantom.scintigram_drawing import CM_PER_PIXEL, Scan

Counts = npt.NDArray[np.int64]

_AGES = (24, 91)
_STREAM = 703
# Codes of PS3.16: CID 26 for the projection, CID 25 for the radiopharmaceutical, CID 18 for the nuclide.
_VIEWS = {
    "ANT": ("399321004", "SCT", "Anterior projection"),
    "POST": ("399001007", "SCT", "Posterior projection"),
}
_PLANES = {"ANT": ("1", "0", "0", "0", "0", "-1"), "POST": ("-1", "0", "0", "0", "0", "-1")}
_TRACERS = {
    "perfusion": ("Macro-aggregated albumin Tc-99m", "185"),
    "ventilation": ("Technetium Tc-99m labelled carbon aerosol", "40"),
}


@dataclass(frozen=True)
class ScanOrder:
    """Whose scan one file is.

    Attributes:
        seed: of the phantom world.
        number: of the scan, from 1.
        kind: `perfusion` or `ventilation`.

    Example:
        >>> ScanOrder(7, 1, "perfusion").identity.patient_id
        '00012046'
    """

    seed: int
    number: int
    kind: str

    @property
    def sex(self) -> str:
        """M or F."""
        return "MF"[self._chance(2)]

    @property
    def age(self) -> int:
        """Completed years."""
        return _AGES[0] + self._chance(_AGES[1] - _AGES[0])

    @property
    def identity(self) -> Identity:
        """Who it is: nobody."""
        return invent_identity(self.seed, "home", self.number, self.sex, self.age)

    @property
    def codes_views(self) -> bool:
        """Whether its camera names the side by a code, front first; the other camera does neither."""
        return self.number % 2 == 1

    def _chance(self, among: int) -> int:
        return int(np.random.default_rng([self.seed, _STREAM, self.number, among]).integers(among))


def seen_from_behind(scan: Scan) -> Scan:
    """The same body for the detector behind it: heart, windpipe and stomach lie farther away.

    What is expected of it must still be turned, left to right: who looks from behind sees the left lung on
    the left.

    Example:
        >>> from hilum.phantom.scintigram_drawing import draw_scan
        >>> scan = draw_scan("perfusion", neck=False, rng=np.random.default_rng(0))
        >>> seen_from_behind(scan).shadow < scan.shadow
        True
    """
    return replace(
        scan,
        shadow=0.3 * scan.shadow,
        neck=0.55 * scan.neck,
        stomach=0.5 * scan.stomach,
        total=1.08 * scan.total,
    )


def scan_bytes(order: ScanOrder, front: Counts, back: Counts) -> bytes:
    """One examination as a DICOM file.

    Args:
        order: whose it is.
        front: counts of the anterior detector, (rows, columns).
        back: of the posterior one.

    Returns:
        A DICOM file (PS3.10); the same bytes for the same arguments.

    Example:
        >>> empty = np.zeros((16, 16), np.int64)
        >>> scan_bytes(ScanOrder(7, 1, "perfusion"), empty, empty)[128:132]
        b'DICM'
    """
    data = Dataset()
    data.SpecificCharacterSet = ["", "ISO 2022 IR 149"]
    _patient(data, order)
    _study(data, order)
    _camera(data, order)
    sides = ("ANT", "POST") if order.codes_views else ("POST", "ANT")
    frames = {"ANT": front, "POST": back}
    _pixels(data, np.stack([frames[side] for side in sides]))
    _frames(data, order, sides)
    _isotope(data, order)
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = UID(ExplicitVRLittleEndian)
    buffer = io.BytesIO()
    data.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _patient(data: Dataset, order: ScanOrder) -> None:
    who = order.identity
    data.PatientName = f"{who.latin}={who.hanja}={who.hangul}"
    data.PatientID = who.patient_id
    data.PatientBirthDate = f"{who.born:%Y%m%d}"
    data.PatientSex, data.PatientAge = order.sex, f"{order.age:03d}Y"


def _study(data: Dataset, order: ScanOrder) -> None:
    who, key = order.identity, (order.seed, "scan", order.number)
    data.StudyInstanceUID = unique_identifier("study", *key)
    data.SeriesInstanceUID = unique_identifier("series", *key)
    data.FrameOfReferenceUID = unique_identifier("frame", *key)
    data.PositionReferenceIndicator = ""
    data.StudyID, data.AccessionNumber = str(order.number), who.accession
    data.ReferringPhysicianName = who.doctor
    data.StudyDate = data.SeriesDate = data.ContentDate = data.AcquisitionDate = f"{who.taken:%Y%m%d}"
    data.StudyTime = data.SeriesTime = data.ContentTime = data.AcquisitionTime = f"{who.taken:%H%M%S}"
    data.StudyDescription = f"LUNG {order.kind.upper()} SCAN"
    data.SeriesDescription = f"{order.kind.upper()} ANT POST"
    data.Modality, data.SeriesNumber, data.InstanceNumber = "NM", 1, 1
    data.BodyPartExamined = "CHEST"


def _camera(data: Dataset, order: ScanOrder) -> None:
    data.Manufacturer = "Hanbit Imaging" if order.codes_views else "Nordlicht Medical"
    data.ManufacturerModelName = "Gamma Twin 2" if order.codes_views else "Scintilla"
    data.InstitutionName, data.StationName = "한빛대학교병원", f"NM{1 + order.number % 2}"
    data.SOPClassUID = NuclearMedicineImageStorage
    data.SOPInstanceUID = unique_identifier("image", order.seed, "scan", order.number)
    data.ImageType = ["ORIGINAL", "PRIMARY", "STATIC", "EMISSION"]
    data.BurnedInAnnotation, data.LossyImageCompression = "NO", "00"
    data.AcquisitionTerminationCondition = "TIME"
    data.ActualFrameDuration = 300_000  # milliseconds
    data.TableHeight, data.TableTraverse = "0", "0"
    facing = Dataset()
    facing.CodeValue, facing.CodingSchemeDesignator, facing.CodeMeaning = "102540001", "SCT", "headfirst"
    lying = Dataset()
    lying.CodeValue, lying.CodingSchemeDesignator, lying.CodeMeaning = "102538003", "SCT", "recumbent"
    data.PatientGantryRelationshipCodeSequence = Sequence([facing])
    lying.PatientOrientationModifierCodeSequence = Sequence([_code("40199007", "SCT", "supine")])
    data.PatientOrientationCodeSequence = Sequence([lying])


def _pixels(data: Dataset, counts: Counts) -> None:
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.NumberOfFrames, data.Rows, data.Columns = counts.shape
    data.PixelSpacing = [f"{10 * CM_PER_PIXEL:.2f}"] * 2
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 0
    data.CountsAccumulated = int(counts.sum())
    highest = max(int(counts.max()), 1)
    # The window that the camera proposes cuts off the hottest fifth: whoever wants counts must not take it.
    data.WindowCenter, data.WindowWidth = f"{0.4 * highest:.1f}", f"{max(0.8 * highest, 1):.1f}"
    data.PixelData = np.ascontiguousarray(counts, dtype="<u2").tobytes()
    data["PixelData"].VR = "OW"


def _frames(data: Dataset, order: ScanOrder, sides: tuple[str, str]) -> None:
    data.FrameIncrementPointer = [0x00540010, 0x00540020]  # by energy window, then by detector
    data.NumberOfEnergyWindows, data.NumberOfDetectors = 1, len(sides)
    data.EnergyWindowVector, data.DetectorVector = [1] * len(sides), list(range(1, len(sides) + 1))
    data.DetectorInformationSequence = Sequence([_detector(side, coded=order.codes_views) for side in sides])


def _detector(side: str, *, coded: bool) -> Dataset:
    item = Dataset()
    item.CollimatorType, item.FocalDistance = "PARA", "0"
    item.FieldOfViewShape, item.FieldOfViewDimensions = "RECTANGLE", ["540", "400"]
    item.XFocusCenter = item.YFocusCenter = "0"
    item.ZoomCenter, item.ZoomFactor = ["0", "0"], ["1", "1"]
    item.CenterOfRotationOffset, item.GantryDetectorTilt = "0", "0"
    item.ImageOrientationPatient = list(_PLANES[side])
    item.ImagePositionPatient = [
        "-224" if side == "ANT" else "224",
        "-150" if side == "ANT" else "150",
        "224",
    ]
    if coded:
        view = _code(*_VIEWS[side])
        view.ViewModifierCodeSequence = Sequence([])
        item.ViewCodeSequence = Sequence([view])
    return item


def _isotope(data: Dataset, order: ScanOrder) -> None:
    window = Dataset()
    window.EnergyWindowLowerLimit, window.EnergyWindowUpperLimit = "126", "154"  # keV about 140
    windows = Dataset()
    windows.EnergyWindowName = "Tc-99m 140 keV"
    windows.EnergyWindowRangeSequence = Sequence([window])
    data.EnergyWindowInformationSequence = Sequence([windows])
    name, activity = _TRACERS[order.kind]
    tracer = Dataset()
    tracer.Radiopharmaceutical = name
    tracer.RadionuclideTotalDose = activity  # megabecquerel, as this module has it
    tracer.RadiopharmaceuticalStartTime = f"{order.identity.taken - dt.timedelta(minutes=5):%H%M%S}"
    tracer.RadionuclideCodeSequence = Sequence([_code("72454006", "SCT", "^99m^Technetium")])
    data.RadiopharmaceuticalInformationSequence = Sequence([tracer])


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item
