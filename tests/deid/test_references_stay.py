"""What was drawn on an image still points to it, and images of one space still share it."""

from collections.abc import Iterator

import pydicom
import pytest
from pydicom.dataset import Dataset

from torture.ingested import Ingested
from torture.pictures import ROOT

pytestmark = pytest.mark.filterwarnings("ignore")
_SERIES = {"segmentation": 3, "report": 4, "key objects": 5, "presentation state": 6, "structure set": 7}


def _references(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """(SOP class, instance) of everything that an object points to, at any depth."""
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                if "ReferencedSOPInstanceUID" in item:
                    yield str(item.ReferencedSOPClassUID), str(item.ReferencedSOPInstanceUID)
                yield from _references(item)


def _archived(ingested: Ingested, series: int) -> pydicom.FileDataset:
    return pydicom.dcmread(ingested.file_of(f"{ROOT}.3.{series}.1"))


@pytest.mark.parametrize("what", list(_SERIES))
def test_every_reference_to_a_slice_leads_to_it(what: str, ingested: Ingested):
    slices = [pydicom.dcmread(ingested.file_of(f"{ROOT}.3.1.{number}")) for number in (1, 2, 3)]
    known = {(str(one.SOPClassUID), str(one.SOPInstanceUID)) for one in slices}
    drawn = _archived(ingested, _SERIES[what])
    assert drawn.StudyInstanceUID == slices[0].StudyInstanceUID
    assert drawn.PatientID == slices[0].PatientID
    study = ("1.2.840.10008.3.1.2.3.1", str(slices[0].StudyInstanceUID))
    found = set(_references(drawn)) - {study}
    expected = known if what in ("segmentation", "report") else {next(iter(sorted(known & found)))}
    assert found == expected


def test_the_series_that_an_object_names_is_the_one_of_its_slices(ingested: Ingested):
    first = pydicom.dcmread(ingested.file_of(f"{ROOT}.3.1.1"))
    segmentation, report = _archived(ingested, 3), _archived(ingested, 4)
    assert segmentation.ReferencedSeriesSequence[0].SeriesInstanceUID == first.SeriesInstanceUID
    evidence = (
        report.get("CurrentRequestedProcedureEvidenceSequence") or report.PertinentOtherEvidenceSequence
    )
    assert evidence[0].ReferencedSeriesSequence[0].SeriesInstanceUID == first.SeriesInstanceUID


def test_pet_ct_segmentation_and_structures_share_one_space(ingested: Ingested):
    slices = [pydicom.dcmread(ingested.file_of(f"{ROOT}.3.1.{number}")) for number in (1, 2, 3)]
    pet, segmentation = _archived(ingested, 2), _archived(ingested, 3)
    structures, dose = _archived(ingested, 7), _archived(ingested, 8)
    spaces = {one.FrameOfReferenceUID for one in (*slices, pet, segmentation, dose)}
    spaces |= {region.ReferencedFrameOfReferenceUID for region in structures.StructureSetROISequence}
    spaces |= {one.FrameOfReferenceUID for one in structures.ReferencedFrameOfReferenceSequence}
    assert len(spaces) == 1
    assert f"{ROOT}.50" not in spaces


def test_a_lesion_is_tracked_by_the_same_identifier(ingested: Ingested):
    segment = _archived(ingested, 3).SegmentSequence[1]
    assert segment.TrackingUID == ingested.keys.uid(f"{ROOT}.3.9.2")
    assert segment.TrackingID.startswith("N")


def test_a_drawing_stays_in_its_layer(ingested: Ingested):
    state = _archived(ingested, 6)
    layers = {layer.GraphicLayer for layer in state.GraphicLayerSequence}
    assert {one.GraphicLayer for one in state.GraphicAnnotationSequence} == layers
