"""DX and CR images as the three machines write them (PS3.3 A.2 and A.26)."""

import datetime as dt
import hashlib
import io

import cv2
import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

from hilum.phantom.encoding import PLAIN, encode_pixels
from hilum.phantom.film import render_film
from hilum.phantom.machines import MACHINES, Machine
from hilum.phantom.orders import FilmOrder

Pixels = npt.NDArray[np.uint16]


def unique_identifier(*parts: object) -> str:
    """A UID under 2.25 (PS3.5 B.2) that is the same for the same parts.

    Example:
        >>> unique_identifier("study", 1) == unique_identifier("study", 1) != unique_identifier("study", 2)
        True
    """
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:15], 'big')}"


def film_bytes(order: FilmOrder) -> bytes:
    """Make one film: render, store in 12 bits, encode, wrap.

    Args:
        order: what the film is to be.

    Returns:
        A DICOM file (PS3.10); the same bytes for the same order on the same machine type.

    Example:
        >>> from hilum.phantom.orders import order_film
        >>> film_bytes(order_film(7, "B", 0, age=70, sex="M", severity=0.4, longest_side=128))[128:132]
        b'DICM'
    """
    machine = MACHINES[order.site]
    rows, columns = (round(order.longest_side * part) for part in machine.shape)
    film = render_film(order.person, (order.seed, ord(order.site[0]), order.index), rows, columns)
    low, high = machine.stored
    stored = np.rint(low + film.picture * np.float32(high - low)).astype(np.uint16)
    if order.burned_in:
        _burn_in(stored, order)
    if order.inverted:
        stored = 4095 - stored
    data = Dataset()
    data.SpecificCharacterSet = list(machine.charset) if len(machine.charset) > 1 else machine.charset[0]
    _patient(data, order, machine)
    _study(data, order, machine)
    _equipment(data, order, machine)
    _image(data, order, machine, film.spacing_mm)
    _pixels(data, order, stored)
    _private(data, order, machine)
    return _file(data, order)


def _burn_in(stored: Pixels, order: FilmOrder) -> None:
    """Name, number and day in white in the upper left corner, as an old plate reader prints them."""
    rows = stored.shape[0]
    scale, thick = rows / 1400, max(1, round(rows / 700))
    ink = np.zeros(stored.shape, np.uint8)
    lines = (
        order.identity.latin.replace("^", " ").upper(),
        f"ID {order.identity.patient_id}",
        f"{order.identity.taken:%Y-%m-%d %H:%M}",
    )
    for number, line in enumerate(lines):
        at = (round(rows * 0.02), round(rows * (0.04 + 0.032 * number)))
        cv2.putText(ink, line, at, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, thick, cv2.LINE_8)
    stored[ink > 127] = 4000


def _patient(data: Dataset, order: FilmOrder, machine: Machine) -> None:
    who = order.identity
    forms = {"latin": who.latin, "hanja": who.hanja, "hangul": who.hangul, "": ""}
    data.PatientName = "=".join(forms[form] for form in machine.name_forms)
    data.PatientID = who.patient_id
    data.IssuerOfPatientID = f"PHANTOM {machine.site.upper()}"
    data.PatientBirthDate = f"{who.born:%Y%m%d}"
    data.PatientSex = order.person.sex
    data.PatientAge = f"{int(order.person.age):03d}Y"
    if machine.site == "home":
        data.OtherPatientIDsSequence = Sequence([_other_identifier(order)])


def _other_identifier(order: FilmOrder) -> Dataset:
    item = Dataset()
    item.PatientID = f"ER-{order.identity.patient_id[::-1]}"
    item.IssuerOfPatientID = "EMERGENCY ROOM"
    item.TypeOfPatientID = "TEXT"
    return item


def _study(data: Dataset, order: FilmOrder, machine: Machine) -> None:
    who, key = order.identity, (order.seed, order.site, order.index)
    data.StudyInstanceUID = unique_identifier("study", *key)
    data.SeriesInstanceUID = unique_identifier("series", *key)
    data.StudyID = str(order.index + 1)
    data.AccessionNumber = who.accession
    data.ReferringPhysicianName = who.doctor
    data.StudyDate = data.SeriesDate = data.ContentDate = data.AcquisitionDate = f"{who.taken:%Y%m%d}"
    data.StudyTime = f"{who.taken:%H%M%S}"
    later = who.taken + dt.timedelta(seconds=41)
    data.SeriesTime = data.AcquisitionTime = data.ContentTime = f"{later:%H%M%S}"
    if later.date() != who.taken.date():
        data.SeriesDate = data.ContentDate = data.AcquisitionDate = f"{later:%Y%m%d}"
    data.StudyDescription = f"CHEST {order.person.view}"
    data.SeriesDescription = f"CHEST {order.person.view}"
    data.Modality = machine.modality
    data.SeriesNumber, data.InstanceNumber = 1, 1
    data.BodyPartExamined = "CHEST"
    data.ViewPosition = order.person.view if order.says_view else ""
    data.PatientOrientation = ["L", "F"]


def _equipment(data: Dataset, order: FilmOrder, machine: Machine) -> None:
    data.Manufacturer = machine.manufacturer
    data.ManufacturerModelName = machine.model
    data.InstitutionName = machine.institution
    data.StationName = f"XR{1 + order.index % 3}"
    data.DeviceSerialNumber = f"{machine.site}-{7000 + order.index % 3}"
    data.SoftwareVersions = "4.2"
    data.OperatorsName = "Han^Technologist"
    portable = order.person.view == "AP"
    data.KVP = "85" if portable else "120"
    data.DistanceSourceToDetector = "1000" if portable else "1800"
    data.ExposureInuAs = 2500 + 37 * (order.index % 40)


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "SCT", meaning
    return item


def _image(data: Dataset, order: FilmOrder, machine: Machine, spacing_mm: float) -> None:
    data.SOPClassUID = UID(machine.sop_class)
    data.SOPInstanceUID = unique_identifier("image", order.seed, order.site, order.index)
    data.ImagerPixelSpacing = [f"{spacing_mm:.4f}"] * 2
    data.BurnedInAnnotation = "NO"  # the old plate reader says so even where it prints the name
    data.LossyImageCompression = "00"
    low, high = machine.stored
    centre, width = (low + high + 1) / 2, (high - low + 1) * order.window
    data.WindowCenter = f"{4096 - centre if order.inverted else centre:.1f}"
    data.WindowWidth = f"{width:.1f}"
    if machine.modality == "CR":
        data.ImageType = ["ORIGINAL", "PRIMARY"]
        data.PlateType = "STANDARD"
        return
    data.ImageType = ["ORIGINAL", "PRIMARY", ""]
    data.PresentationIntentType = "FOR PRESENTATION"
    data.PixelIntensityRelationship = "LOG"
    data.PixelIntensityRelationshipSign = 1 if order.inverted else -1
    data.RescaleIntercept, data.RescaleSlope, data.RescaleType = "0", "1", "US"
    data.PresentationLUTShape = "INVERSE" if order.inverted else "IDENTITY"
    data.PositionerType = "COLUMN"
    data.DetectorType = "SCINTILLATOR"
    data.ImageLaterality = "U"
    data.AnatomicRegionSequence = Sequence([_code("51185008", "Chest")])
    if order.says_view:
        pa = order.person.view == "PA"
        view = _code("272479007", "postero-anterior") if pa else _code("399348003", "antero-posterior")
        view.ViewModifierCodeSequence = Sequence([])
        data.ViewCodeSequence = Sequence([view])
    data.AcquisitionContextSequence = Sequence([])


def _pixels(data: Dataset, order: FilmOrder, stored: Pixels) -> None:
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME1" if order.inverted else "MONOCHROME2"
    data.Rows, data.Columns = stored.shape
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.PixelData = encode_pixels(stored, order.transfer_syntax)
    data["PixelData"].VR = "OW" if order.transfer_syntax in PLAIN else "OB"
    data["PixelData"].is_undefined_length = order.transfer_syntax not in PLAIN


def _private(data: Dataset, order: FilmOrder, machine: Machine) -> None:
    """What manufacturers leave in private blocks: the patient again, and a harmless number."""
    block = data.private_block(0x0029, f"{machine.manufacturer.upper()} HEADER 1.0", create=True)
    block.add_new(0x10, "LO", order.identity.latin.replace("^", " "))
    block.add_new(0x11, "LO", order.identity.patient_id)
    block.add_new(0x20, "DS", "1.25")


def _file(data: Dataset, order: FilmOrder) -> bytes:
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = UID(order.transfer_syntax)
    buffer = io.BytesIO()
    data.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
