"""Objects that belong to the CT: segmentation, reports, presentation state, radiotherapy, a document."""

from collections.abc import Sequence as Several
from pathlib import Path

import highdicom as hd
import numpy as np
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence
from pydicom.sr.codedict import codes

from torture.hiding import header, pixels, plant_nested, plant_patient, plant_private, save
from torture.pictures import FRAME, ROOT, STORAGE
from torture.planting import AnswerKey

_MAKER = {
    "manufacturer": "ACME",
    "manufacturer_model_name": "Drawer",
    "software_versions": "1.0",
}


def _ids(series: int) -> dict[str, object]:
    return {
        "series_instance_uid": f"{ROOT}.3.{series}",
        "series_number": series,
        "sop_instance_uid": f"{ROOT}.3.{series}.1",
        "instance_number": 1,
    }


def segmentation(folder: Path, key: AnswerKey, slices: Several[FileDataset]) -> None:
    """Two segments: one with a plain name, one called after the patient."""
    lung, lesion = [
        hd.seg.SegmentDescription(
            segment_number=number,
            segment_label=label,
            segmented_property_category=codes.SCT.AnatomicalStructure,
            segmented_property_type=codes.SCT.Lung,
            algorithm_type="MANUAL",
            tracking_uid=f"{ROOT}.3.9.{number}",
            tracking_id=tracking,
        )
        for number, label, tracking in (
            (1, "Lung", "Lesion 1"),
            (2, f"Nodule of {key.token('SEG: label')}", key.token("SEG: tracking")),
        )
    ]
    mask = np.zeros((3, 48, 48, 2), np.uint8)
    mask[:, 10:20, 10:20, 0] = mask[:, 30:40, 30:40, 1] = 1
    made = hd.seg.Segmentation(
        slices,
        mask,
        "BINARY",
        [lung, lesion],
        **_ids(3),
        **_MAKER,
        device_serial_number=key.number("SEG: serial number"),
        content_description=f"drawn by {key.token('SEG: description')}",
        content_creator_name=f"{key.token('SEG: creator')}^A",
        content_label="LUNG",
    )
    made.SegmentSequence[1].SegmentDescription = f"of {key.korean('SEG: segment description')}"
    made.SpecificCharacterSet = "ISO_IR 192"
    plant_private(made, key, "SEG")
    key.keep(made.SOPInstanceUID, SegmentSequence__0__SegmentLabel="Lung", NumberOfFrames=made.NumberOfFrames)
    key.keep(made.SOPInstanceUID, SegmentSequence__0__TrackingID="Lesion 1")
    key.keep(made.SOPInstanceUID, PixelData=made.PixelData)
    save(made, folder / "seg.dcm", key, "SEG")


def structured_report(folder: Path, key: AnswerKey, slices: Several[FileDataset]) -> None:
    """Measurements with observers, texts, dates and names of every value type."""
    observer = hd.sr.ObserverContext(
        observer_type=codes.DCM.Person,
        observer_identifying_attributes=hd.sr.PersonObserverIdentifyingAttributes(
            name=f"{key.token('SR: observer')}^B", organization_name=key.token("SR: organisation")
        ),
    )
    group = hd.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(
            uid=f"{ROOT}.3.9.7", identifier=key.token("SR: tracking identifier")
        ),
        measurements=[
            hd.sr.Measurement(name=codes.SCT.Diameter, value=12.5, unit=codes.UCUM.Millimeter),
            hd.sr.Measurement(
                name=hd.sr.CodedConcept(
                    key.token("SR: local code"), "99HOSP", key.token("SR: local meaning")
                ),
                value=3.25,
                unit=codes.UCUM.NoUnits,
            ),
        ],
        finding_type=codes.SCT.Nodule,
    )
    report = hd.sr.MeasurementReport(
        observation_context=hd.sr.ObservationContext(observer_person_context=observer),
        procedure_reported=codes.LN.CTUnspecifiedBodyRegion,
        imaging_measurements=[group],
    )
    made = hd.sr.ComprehensiveSR(
        evidence=slices,
        content=report[0],
        **_ids(4),
        manufacturer="ACME",
        is_complete=True,
        is_verified=True,
        verifying_observer_name=f"{key.token('SR: verifying observer')}^C",
        verifying_organization=key.token("SR: verifying organisation"),
    )
    made.ContentSequence = Sequence([*made.ContentSequence, *_free_items(key, slices[0])])
    made.SpecificCharacterSet = "ISO_IR 192"
    plant_nested(made, key, "SR", "ReferencedInstanceSequence")
    key.keep(made.SOPInstanceUID, CompletionFlag="COMPLETE", ValueType="CONTAINER")
    save(made, folder / "sr.dcm", key, "SR")


def _free_items(key: AnswerKey, image: Dataset) -> list[Dataset]:
    patient = str(image.PatientName)
    return [
        _item(
            "TEXT", "121106", TextValue=f"Nodule in {key.token('SR: text')} {key.korean('SR: Korean text')}"
        ),
        _item("TEXT", "121030", TextValue=key.number("SR: subject ID")),
        _item("PNAME", "121029", PersonName=patient),
        _item("DATE", "121031", Date="19560131"),
        _item("DATETIME", "111018", DateTime="20240301101112"),
        _item("TEXT", "121022", TextValue=key.number("SR: accession")),
        _item("UIDREF", "121018", UID=f"1.2.{key.number('SR: number in a UID')}.3"),
    ]


def _item(kind: str, code: str, **value: object) -> Dataset:
    item, concept = Dataset(), Dataset()
    concept.CodeValue, concept.CodingSchemeDesignator, concept.CodeMeaning = code, "DCM", "Something"
    item.RelationshipType, item.ValueType, item.ConceptNameCodeSequence = (
        "CONTAINS",
        kind,
        Sequence([concept]),
    )
    for keyword, given in value.items():
        setattr(item, keyword, given)
    return item


def key_objects(folder: Path, key: AnswerKey, slices: Several[FileDataset]) -> None:
    """A key object selection with a remark."""
    made = hd.ko.KeyObjectSelectionDocument(
        evidence=slices[:1],
        content=hd.ko.KeyObjectSelection(
            document_title=codes.DCM.OfInterest,
            referenced_objects=slices[:1],
            description=f"Nodule of {key.token('KO: description')}",
        ),
        **_ids(5),
        manufacturer="ACME",
        institution_name=key.token("KO: hospital"),
    )
    plant_private(made, key, "KO")
    save(made, folder / "ko.dcm", key, "KO")


def presentation_state(folder: Path, key: AnswerKey, slices: Several[FileDataset]) -> None:
    """A circle and a name drawn on the first slice."""
    layer = hd.pr.GraphicLayer(
        key.token("GSPS: layer"), order=1, description=key.token("GSPS: layer description")
    )
    circle = hd.pr.GraphicObject("POLYLINE", np.array([[5.0, 5.0], [9.0, 5.0]]), units="PIXEL")
    texts = [f"Nodule {key.token('GSPS: drawn text')} 010", "Nodule 3", key.korean("GSPS: drawn Korean")]
    made = hd.pr.GrayscaleSoftcopyPresentationState(
        referenced_images=slices[:1],
        **_ids(6),
        **_MAKER,
        device_serial_number=key.number("GSPS: serial number"),
        content_label=key.token("GSPS: label"),
        content_description=f"shown to {key.token('GSPS: description')}",
        content_creator_name=f"{key.token('GSPS: creator')}^D",
        graphic_layers=[layer],
        graphic_annotations=[
            hd.pr.GraphicAnnotation(
                referenced_images=slices[:1],
                graphic_layer=layer,
                graphic_objects=[circle],
                text_objects=[
                    hd.pr.TextObject(text, units="PIXEL", bounding_box=(1.0, 1.0, 20.0, 9.0))
                    for text in texts
                ],
            )
        ],
    )
    made.SpecificCharacterSet = "ISO_IR 192"
    path = "GraphicAnnotationSequence__0__"
    key.keep(made.SOPInstanceUID, **{path + "TextObjectSequence__1__UnformattedTextValue": "Nodule 3"})
    key.keep(made.SOPInstanceUID, **{path + "GraphicObjectSequence__0__GraphicData": [5, 5, 9, 5]})
    save(made, folder / "pr.dcm", key, "GSPS")


def _references(image: Dataset) -> Sequence:
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = (
        image.SOPClassUID,
        image.SOPInstanceUID,
    )
    return Sequence([reference])


def _of_the_patient(made: Dataset, image: Dataset) -> Dataset:
    for keyword in ("PatientName", "PatientID", "StudyInstanceUID", "AccessionNumber", "FrameOfReferenceUID"):
        setattr(made, keyword, image[keyword].value)
    return made


def structure_set(folder: Path, key: AnswerKey, slices: Several[FileDataset]) -> None:
    """Two regions: `PTV_6000` and one called after the patient."""
    made = _of_the_patient(header(STORAGE + "481.3", f"{ROOT}.3.7.1", "RTSTRUCT"), slices[0])
    made.StructureSetLabel, made.StructureSetName = key.token("RTSTRUCT: label"), key.token("RTSTRUCT: name")
    made.StructureSetDate, made.StructureSetTime = "20240301", "120000"
    regions, contours, observations = [], [], []
    for number, name in ((1, "PTV_6000"), (2, f"ROI {key.token('RTSTRUCT: region')}")):
        region, contour, outline, seen = Dataset(), Dataset(), Dataset(), Dataset()
        region.ROINumber, region.ROIName, region.ReferencedFrameOfReferenceUID = number, name, FRAME
        region.ROIGenerationAlgorithm, region.ROIDescription = (
            "MANUAL",
            key.token(f"RTSTRUCT: about {number}"),
        )
        outline.ContourGeometricType, outline.NumberOfContourPoints = "CLOSED_PLANAR", 3
        outline.ContourData, outline.ContourImageSequence = (
            [1, 1, 1, 2, 1, 1, 2, 2, 1],
            _references(slices[0]),
        )
        contour.ReferencedROINumber, contour.ROIDisplayColor = number, [255, 0, 0]
        contour.ContourSequence = Sequence([outline])
        seen.ObservationNumber, seen.ReferencedROINumber, seen.RTROIInterpretedType = number, number, "PTV"
        seen.ROIInterpreter = f"{key.token(f'RTSTRUCT: interpreter {number}')}^E"
        regions.append(region)
        contours.append(contour)
        observations.append(seen)
    made.StructureSetROISequence, made.ROIContourSequence = Sequence(regions), Sequence(contours)
    made.RTROIObservationsSequence = Sequence(observations)
    frame, study, series = Dataset(), Dataset(), Dataset()
    series.SeriesInstanceUID, series.ContourImageSequence = (
        slices[0].SeriesInstanceUID,
        _references(slices[0]),
    )
    study.ReferencedSOPClassUID = "1.2.840.10008.3.1.2.3.1"
    study.ReferencedSOPInstanceUID, study.RTReferencedSeriesSequence = (
        slices[0].StudyInstanceUID,
        Sequence([series]),
    )
    frame.FrameOfReferenceUID, frame.RTReferencedStudySequence = FRAME, Sequence([study])
    made.ReferencedFrameOfReferenceSequence = Sequence([frame])
    plant_private(made, key, "RTSTRUCT")
    key.keep(made.SOPInstanceUID, StructureSetROISequence__0__ROIName="PTV_6000")
    key.keep(
        made.SOPInstanceUID,
        ROIContourSequence__1__ContourSequence__0__ContourData=[1, 1, 1, 2, 1, 1, 2, 2, 1],
    )
    save(made, folder / "rtstruct.dcm", key, "RTSTRUCT")


def dose(folder: Path, key: AnswerKey, slices: Several[FileDataset]) -> None:
    """A dose grid with a comment."""
    made = _of_the_patient(header(STORAGE + "481.2", f"{ROOT}.3.8.1", "RTDOSE"), slices[0])
    pixels(made, bits=16, frames=2)
    made.FrameIncrementPointer, made.GridFrameOffsetVector = 0x3004000C, [0, 1]
    made.DoseUnits, made.DoseType, made.DoseSummationType = "GY", "PHYSICAL", "PLAN"
    made.DoseGridScaling, made.DoseComment = "0.001", f"for {key.token('RTDOSE: comment')}"
    made.ImagePositionPatient, made.ImageOrientationPatient = [0, 0, 1], [1, 0, 0, 0, 1, 0]
    made.PixelSpacing, made.SliceThickness, made.PositionReferenceIndicator = [0.7, 0.7], None, ""
    key.keep(made.SOPInstanceUID, DoseGridScaling=0.001, GridFrameOffsetVector=[0, 1], DoseUnits="GY")
    save(made, folder / "rtdose.dcm", key, "RTDOSE")


def document(folder: Path, key: AnswerKey) -> None:
    """A PDF in DICOM, which nobody can clean."""
    made = header(STORAGE + "104.1", f"{ROOT}.8.1.1", "DOC")
    plant_patient(made, key, "PDF")
    made.DocumentTitle, made.MIMETypeOfEncapsulatedDocument = key.token("PDF: title"), "application/pdf"
    made.EncapsulatedDocument = b"%PDF-1.4 " + key.token("PDF: text").encode() + b" "
    made.BurnedInAnnotation, made.ConceptNameCodeSequence = "YES", Sequence([])
    save(made, folder / "document.dcm", key, "PDF")
