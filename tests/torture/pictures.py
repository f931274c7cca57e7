"""Pictures of many kinds, each full of identifiers."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian, JPEGBaseline8Bit

from torture.hiding import header, pixels, plant_nested, plant_oddities, plant_patient, plant_private, save
from torture.planting import AnswerKey

STORAGE = "1.2.840.10008.5.1.4.1.1."
ROOT = "1.2.826.0.1.3680043.8.498.7711"
FRAME = f"{ROOT}.50"
_IN_KOREAN, _IN_JAPANESE = "홍^길동", "山田^太郎"


def computed_radiograph(folder: Path, key: AnswerKey) -> None:
    """A Korean name in ISO 2022 IR 149, with every oddity."""
    source = header(STORAGE + "1", f"{ROOT}.1.1.1", "CR")
    pixels(source)
    plant_patient(source, key, "CR")
    name = key.korean("CR: Korean name")
    source.SpecificCharacterSet = ["", "ISO 2022 IR 149"]
    source.PatientName = f"{source.PatientName!s}={_IN_KOREAN}={name[0]}^{name[1:]}"
    source.OtherPatientNames = name
    source.AdditionalPatientHistory = f"{name} 님의 따님이 {key.telephone('CR: history')} 로 전화함"
    source.ViewPosition, source.BodyPartExamined, source.PatientOrientation = "PA", "CHEST", ["L", "F"]
    source.ImagerPixelSpacing = [0.143, 0.143]
    plant_private(source, key, "CR")
    plant_nested(source, key, "CR")
    plant_oddities(source, key, "CR")
    key.keep(
        source.SOPInstanceUID, ViewPosition="PA", BodyPartExamined="CHEST", PatientSex="M", PatientAge="068Y"
    )
    key.keep(source.SOPInstanceUID, Modality="CR", ImagerPixelSpacing=[0.143, 0.143], Manufacturer="SIEMENS")
    save(source, folder / key.token("folder name") / f"{key.token('file name')}.dcm", key, "CR")


def digital_radiograph(folder: Path, key: AnswerKey) -> None:
    """A Japanese name in ISO 2022 IR 87 and IR 13; compressed by JPEG with names in the stream."""
    source = header(STORAGE + "1.1", f"{ROOT}.2.1.1", "DX")
    pixels(source, 64, bits=8)
    plant_patient(source, key, "DX")
    name = key.japanese("DX: Japanese name")
    source.SpecificCharacterSet = ["ISO 2022 IR 13", "ISO 2022 IR 87"]
    source.PatientName = f"ﾔﾏﾀﾞ^ﾀﾛｳ={name[:1]}^{name[1:]}=やまだ^たろう"
    source.AdditionalPatientHistory = f"{name}さん"
    source.ViewPosition, source.BodyPartExamined, source.ImageType = "AP", "CHEST", ["ORIGINAL", "PRIMARY"]
    plant_nested(source, key, "DX")
    source.PixelData = encapsulate([_jpeg_with_comments(source, key)])
    source["PixelData"].VR = "OB"
    source.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    source.LossyImageCompression, source.LossyImageCompressionMethod = "01", "ISO_10918_1"
    key.keep(source.SOPInstanceUID, ViewPosition="AP", LossyImageCompression="01", BitsStored=8)
    save(source, folder / "dx.dcm", key, "DX")


def _jpeg_with_comments(source: Dataset, key: AnswerKey) -> bytes:
    buffer = BytesIO()
    Image.fromarray(np.frombuffer(source.PixelData, np.uint8).reshape(64, 64)).save(
        buffer, "JPEG", quality=95
    )
    data = buffer.getvalue()
    said = f"of {key.token('DX: comment in the JPEG stream')} {key.korean('DX: Korean in the JPEG')}"
    segments = b""
    for marker, text in ((0xFE, said), (0xE5, key.token("DX: application segment of the JPEG stream"))):
        body = text.encode("cp949")
        segments += bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body
    return data[:2] + segments + data[2:]


def computed_tomography(folder: Path, key: AnswerKey) -> list[pydicom.FileDataset]:
    """Three slices that PET, segmentation, report, presentation state and structure set belong to."""
    made = []
    for number in (1, 2, 3):
        source = header(STORAGE + "2", f"{ROOT}.3.1.{number}", "CT")
        pixels(source)
        _shared_patient(source, key)
        source.ImageType, source.KVP, source.RescaleType = ["ORIGINAL", "PRIMARY", "AXIAL"], 120, "HU"
        source.RescaleSlope, source.RescaleIntercept, source.SliceThickness = 1, -1024, 1
        source.PixelSpacing, source.ImageOrientationPatient = [0.7, 0.7], [1, 0, 0, 0, 1, 0]
        source.ImagePositionPatient, source.FrameOfReferenceUID = [0, 0, number], FRAME
        source.PositionReferenceIndicator, source.ConvolutionKernel = "", "B30f"
        source.AcquisitionNumber = 1
        if number == 1:
            plant_private(source, key, "CT")
            plant_nested(source, key, "CT", "ReferencedPatientSequence")
        path = folder / "ct" / f"{number}.dcm"
        save(source, path, key, f"CT {number}")
        key.keep(source.SOPInstanceUID, SeriesDescription="CHEST CT AX 1.0", PixelSpacing=[0.7, 0.7], KVP=120)
        key.keep(source.SOPInstanceUID, ImagePositionPatient=[0, 0, number], ConvolutionKernel="B30f")
        key.keep(source.SOPInstanceUID, RescaleIntercept=-1024, PatientAge="068Y", PatientSex="M")
        made.append(pydicom.dcmread(path))
    return made


def _shared_patient(source: Dataset, key: AnswerKey) -> None:
    """The patient of CT, PET and all that is drawn on them; planted once, the same in all."""
    known = {where: token for token, where in key.planted.items()}
    if "series: family name" not in known:
        plant_patient(source, key, "series")
        known = {where: token for token, where in key.planted.items()}
    source.PatientName = f"{known['series: family name']}^{known['series: given name']}"
    source.PatientID = known["series: PatientID"]
    source.AccessionNumber = known["series: accession"]
    source.InstitutionName = known["series: hospital"]
    source.SeriesDescription = f"CHEST CT AX 1.0 {known['series: family name']}"


def positron_emission_tomography(folder: Path, key: AnswerKey) -> None:
    """A PET slice with all that SUV needs, in the frame of reference of the CT."""
    source = header(STORAGE + "128", f"{ROOT}.3.2.1", "PT")
    pixels(source, bits=16)
    _shared_patient(source, key)
    source.ImageType, source.Units, source.DecayCorrection = ["ORIGINAL", "PRIMARY"], "BQML", "START"
    source.CorrectedImage, source.CountsSource = ["DECY", "ATTN", "SCAT"], "EMISSION"
    source.SeriesType, source.NumberOfSlices, source.ImageIndex = ["STATIC", "IMAGE"], 1, 1
    source.RescaleSlope, source.RescaleIntercept, source.PatientWeight = 1.25, 0, "71.5"
    source.FrameReferenceTime, source.ActualFrameDuration, source.DecayFactor = 1000, 120000, 1.02
    source.PixelSpacing, source.ImageOrientationPatient = [4, 4], [1, 0, 0, 0, 1, 0]
    source.ImagePositionPatient, source.FrameOfReferenceUID, source.SliceThickness = [0, 0, 1], FRAME, 3
    source.PositionReferenceIndicator = ""
    dose = Dataset()
    dose.Radiopharmaceutical = "FDG"
    dose.RadiopharmaceuticalStartDateTime = "20240301090807.250000"
    dose.RadiopharmaceuticalStartTime = "090807.250000"
    dose.RadionuclideTotalDose, dose.RadionuclideHalfLife, dose.RadionuclidePositronFraction = (
        3.7e8,
        6586.2,
        0.97,
    )
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator = "C-111A1", "SRT"
    code.CodeMeaning = f"given to {key.token('PT: meaning of a code')}"
    dose.RadionuclideCodeSequence = Sequence([code])
    source.RadiopharmaceuticalInformationSequence = Sequence([dose])
    known = source.private_block(0x7053, "Philips PET Private Group", create=True)
    known.add_new(0x00, "DS", "0.000321")
    known.add_new(0x09, "DS", "1.5")
    known.add_new(0x20, "LO", key.token("PT: private text beside the factors"))
    key.keep(
        source.SOPInstanceUID, Units="BQML", DecayCorrection="START", PatientWeight=71.5, RescaleSlope=1.25
    )
    path = "RadiopharmaceuticalInformationSequence__0__"
    key.keep(
        source.SOPInstanceUID,
        **{path + "RadionuclideTotalDose": 3.7e8, path + "RadionuclideHalfLife": 6586.2},
    )
    key.keep(source.SOPInstanceUID, **{"70531000": 0.000321, "70531009": 1.5})
    save(source, folder / "pt.dcm", key, "PT")


def nuclear_medicine(folder: Path, key: AnswerKey) -> None:
    """A whole-body scintigram; Korean in CP949 without any declaration."""
    source = header(STORAGE + "20", f"{ROOT}.4.1.1", "NM")
    pixels(source, bits=16, frames=2)
    plant_patient(source, key, "NM")
    source.ImageType, source.PixelSpacing = ["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"], [2.4, 2.4]
    source.FrameIncrementPointer = pydicom.tag.Tag(0x00540010)
    source.EnergyWindowVector, source.NumberOfEnergyWindows = [1, 1], 1
    source.PatientOrientationCodeSequence = Sequence([])
    name = key.korean("NM: CP949 without a declaration").encode("cp949")
    source.add_new(0x00081080, "LO", name)
    source.add_new(0x001021B0, "LT", b"history of " + name)
    plant_nested(source, key, "NM")
    key.keep(source.SOPInstanceUID, NumberOfFrames=2, PixelSpacing=[2.4, 2.4], EnergyWindowVector=[1, 1])
    save(source, folder / "nm.dcm", key, "NM")


def ultrasound(folder: Path, key: AnswerKey) -> None:
    """A cine loop with regions; names in UTF-8."""
    source = header(STORAGE + "3.1", f"{ROOT}.5.1.1", "US")
    pixels(source, 64, frames=3, bits=8)
    plant_patient(source, key, "US")
    source.SpecificCharacterSet = "ISO_IR 192"
    name = key.korean("US: name in UTF-8")
    source.PatientName = f"{source.PatientName!s}==홍^{name}"
    source.ImageType, source.FrameTime = ["ORIGINAL", "PRIMARY"], 33.3
    source.FrameIncrementPointer = pydicom.tag.Tag(0x00181063)
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = 1, 1, 2
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 0, 0
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = 63, 63
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    region.PhysicalDeltaX, region.PhysicalDeltaY = 0.05, 0.05
    source.SequenceOfUltrasoundRegions = Sequence([region])
    plant_private(source, key, "US")
    key.keep(source.SOPInstanceUID, NumberOfFrames=3, FrameTime=33.3)
    key.keep(source.SOPInstanceUID, SequenceOfUltrasoundRegions__0__PhysicalDeltaX=0.05)
    save(source, folder / "us.dcm", key, "US")


def secondary_capture(folder: Path, key: AnswerKey) -> None:
    """A capture, deflated, with names in every text that no list knows."""
    source = header(STORAGE + "7", f"{ROOT}.6.1.1", "OT")
    pixels(source, bits=8)
    plant_patient(source, key, "SC")
    source.ConversionType, source.PatientOrientation = "WSD", ""
    source.DerivationDescription = f"for {key.token('SC: derivation')}"
    source.RequestedProcedureDescription = f"CHEST {key.token('SC: procedure')}"
    source.ReasonForStudy = f"{key.resident('SC: reason')} {key.telephone('SC: reason')}"
    source.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    plant_nested(source, key, "SC")
    plant_private(source, key, "SC")
    key.keep(source.SOPInstanceUID, ConversionType="WSD", Rows=48)
    save(source, folder / "sc.dcm", key, "SC")


def magnetic_resonance(folder: Path, key: AnswerKey) -> None:
    """An enhanced multi-frame image with functional groups."""
    source = header(STORAGE + "4.1", f"{ROOT}.7.1.1", "MR")
    pixels(source, frames=2)
    plant_patient(source, key, "MR")
    source.ImageType, source.FrameOfReferenceUID = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"], f"{ROOT}.51"
    source.PositionReferenceIndicator = ""
    shared, measures = Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = [0.5, 0.5], 2
    shared.PixelMeasuresSequence = Sequence([measures])
    frames = []
    for number in (1, 2):
        frame, content, place = Dataset(), Dataset(), Dataset()
        content.FrameAcquisitionDateTime, content.FrameComments = (
            "20240301101112",
            key.token(f"MR: frame {number}"),
        )
        content.StackID, content.InStackPositionNumber, content.DimensionIndexValues = (
            "1",
            number,
            [1, number],
        )
        content.FrameLabel = key.token(f"MR: label of frame {number}")
        place.ImagePositionPatient = [0, 0, 2 * number]
        frame.FrameContentSequence, frame.PlanePositionSequence = Sequence([content]), Sequence([place])
        frames.append(frame)
    source.SharedFunctionalGroupsSequence = Sequence([shared])
    source.PerFrameFunctionalGroupsSequence = Sequence(frames)
    plant_nested(source, key, "MR")
    plant_private(source, key, "MR")
    path = "PerFrameFunctionalGroupsSequence__1__"
    key.keep(
        source.SOPInstanceUID, SharedFunctionalGroupsSequence__0__PixelMeasuresSequence__0__SliceThickness=2
    )
    key.keep(source.SOPInstanceUID, **{path + "PlanePositionSequence__0__ImagePositionPatient": [0, 0, 4]})
    save(source, folder / "mr.dcm", key, "MR")
