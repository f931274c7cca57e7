"""Ways in which identifiers stand in DICOM files."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image, ImageDraw
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

from torture.planting import AnswerKey

DEPTH = 6


def header(sop_class: str, uid: str, modality: str) -> Dataset:
    """An object of a study on 2024-03-01 with nothing in it yet."""
    source = Dataset()
    source.SOPClassUID, source.SOPInstanceUID = sop_class, uid
    source.StudyInstanceUID, source.SeriesInstanceUID = uid.rsplit(".", 2)[0], uid.rsplit(".", 1)[0]
    source.Modality, source.SeriesNumber, source.InstanceNumber = modality, 1, int(uid.rsplit(".", 1)[1])
    source.StudyDate = source.SeriesDate = source.AcquisitionDate = source.ContentDate = "20240301"
    source.StudyTime = source.SeriesTime = source.AcquisitionTime = source.ContentTime = "101112"
    source.Manufacturer, source.PatientSex, source.PatientAge = "SIEMENS", "M", "068Y"
    source.PatientBirthDate, source.StudyID, source.ReferringPhysicianName = "19560131", "", ""
    source.AccessionNumber = ""
    source.file_meta = FileMetaDataset()
    source.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return source


def pixels(source: Dataset, size: int = 48, frames: int = 1, bits: int = 12) -> None:
    """A smooth picture without any writing."""
    source.Rows = source.Columns = size
    source.SamplesPerPixel, source.PhotometricInterpretation, source.PixelRepresentation = 1, "MONOCHROME2", 0
    source.BitsAllocated, source.BitsStored, source.HighBit = (16 if bits > 8 else 8), bits, bits - 1
    ramp = np.add.outer(np.arange(size), np.arange(size)) * (2 ** (bits - 1) // size)
    stack = np.stack([ramp + frame for frame in range(frames)])
    source.PixelData = stack.astype("<u2" if bits > 8 else "u1").tobytes()
    if frames > 1:
        source.NumberOfFrames = frames


def plant_patient(source: Dataset, key: AnswerKey, what: str) -> None:
    """The patient's name, numbers and places, doctors, descriptions: what every header has."""
    family, given = key.token(f"{what}: family name"), key.token(f"{what}: given name")
    source.PatientName = f"{family}^{given}"
    source.PatientID = key.number(f"{what}: PatientID")
    source.AccessionNumber = key.number(f"{what}: accession")[:16]
    source.InstitutionName = f"{key.token(f'{what}: hospital')} University Hospital"
    source.ReferringPhysicianName = f"{key.token(f'{what}: doctor')}^Younghee"
    source.OperatorsName = key.token(f"{what}: operator")
    source.StationName = key.token(f"{what}: station")
    source.PatientAddress = f"Seoul, {key.token(f'{what}: address')}-ro 12"
    source.PatientTelephoneNumbers = key.telephone(f"{what}: telephone")
    source.SeriesDescription = f"CHEST CT AX 1.0 {family} {given}"
    source.StudyDescription = f"CHEST of {key.token(f'{what}: name in a description only')}"
    source.PatientComments = f"daughter {key.resident(f'{what}: resident number')} called"


def plant_private(source: Dataset, key: AnswerKey, what: str) -> None:
    """A private block with text, bytes, a sequence, and a name in the element of a known creator."""
    block = source.private_block(0x0029, f"ACME {key.token(f'{what}: private creator')}", create=True)
    block.add_new(0x10, "LO", key.token(f"{what}: private text"))
    block.add_new(0x11, "UN", key.token(f"{what}: private unknown").encode() + b" ")
    block.add_new(0x12, "OB", b"\0\1\2" + key.token(f"{what}: private bytes").encode())
    item = Dataset()
    item.PatientName = key.token(f"{what}: private sequence")
    block.add_new(0x13, "SQ", Sequence([item]))
    known = source.private_block(0x0009, "GEMS_IDEN_01", create=True)
    known.add_new(0x04, "SH", key.token(f"{what}: safe creator's text"))
    known = source.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    known.add_new(0x08, "CS", key.token(f"{what}: safe creator's code"))


def plant_nested(
    source: Dataset, key: AnswerKey, what: str, keyword: str = "RequestAttributesSequence"
) -> None:
    """Names six sequences deep, in attributes of every kind of text."""
    inner = Dataset()
    for depth in range(DEPTH):
        outer = Dataset()
        outer.PersonName = key.token(f"{what}: nested {depth} deep, PN")
        outer.TextValue = key.token(f"{what}: nested {depth} deep, UT")
        outer.AcquisitionContextDescription = key.token(f"{what}: nested {depth} deep, ST")
        if len(inner):
            outer.SharedFunctionalGroupsSequence = Sequence([inner])
        inner = outer
    setattr(source, keyword, Sequence([inner]))


def plant_oddities(source: Dataset, key: AnswerKey, what: str) -> None:
    """Overlays, curves, icons, web addresses, padding, and values that are not what they should be."""
    plane = Image.new("1", (64, 16))
    ImageDraw.Draw(plane).text((2, 2), key.token(f"{what}: drawn in an overlay"), fill=1)
    drawn = np.packbits(np.asarray(plane), bitorder="little").tobytes()
    source.add_new(0x60000010, "US", 16)
    source.add_new(0x60000011, "US", 64)
    source.add_new(0x60000022, "LO", key.token(f"{what}: overlay description"))
    source.add_new(0x60000040, "CS", "G")
    source.add_new(0x60000050, "SS", [1, 1])
    source.add_new(0x60000100, "US", 1)
    source.add_new(0x60000102, "US", 0)
    source.add_new(0x60003000, "OW", drawn)
    source.add_new(0x50003000, "OW", key.token(f"{what}: curve").encode() + b" ")
    icon = Dataset()
    pixels(icon, 16, bits=8)
    icon.PixelData = key.token(f"{what}: icon").encode().ljust(256, b" ")
    source.IconImageSequence = Sequence([icon])
    source.RetrieveURL = f"https://pacs.example/{key.token(f'{what}: web address')}"
    source.ImageComments = f"seen by {key.token(f'{what}: image comments')}"
    source.DataSetTrailingPadding = key.token(f"{what}: trailing padding").encode() + b" "
    with pydicom.config.disable_value_validation():
        source.add_new("PatientWeight", "DS", "70")
        source.add_new("AcquisitionNumber", "IS", "1")
        source._dict[pydicom.tag.Tag("SliceThickness")] = _raw(
            0x00180050, "DS", key.token(f"{what}: text in a number").encode() + b" "
        )
        source._dict[pydicom.tag.Tag("DateOfSecondaryCapture")] = _raw(
            0x00181012, "DA", key.token(f"{what}: text in a date").encode() + b" "
        )


def _raw(tag: int, vr: str, value: bytes) -> pydicom.dataelem.RawDataElement:
    return pydicom.dataelem.RawDataElement(pydicom.tag.Tag(tag), vr, len(value), value, 0, False, True)


def save(source: Dataset, path: Path, key: AnswerKey, what: str, **options: object) -> None:
    """Write a file with names in its preamble and its file meta information."""
    path.parent.mkdir(parents=True, exist_ok=True)
    meta = source.file_meta
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = source.SOPClassUID, source.SOPInstanceUID
    meta.SourceApplicationEntityTitle = key.token(f"{what}: sender")
    meta.PrivateInformationCreatorUID = "1.2.826.0.1.3680043.8.498.9"
    meta.PrivateInformation = key.token(f"{what}: private information").encode() + b" "
    buffer = BytesIO()
    with pydicom.config.disable_value_validation():
        pydicom.dcmwrite(buffer, source, enforce_file_format=True, **options)
    preamble = key.token(f"{what}: preamble").encode().ljust(128, b"\0")
    path.write_bytes(preamble + buffer.getvalue()[128:])
