"""Marked cases as DICOM measurement reports (Comprehensive SR, PS3.16 TID 1500), and reports read."""

from pathlib import Path
from typing import Any

import numpy as np

from hilum.annotation.coco import FoundShape
from hilum.annotation.combining import shape_of
from hilum.annotation.dicom_codes import frame_named, read_words, stable_uid, type_of, words_of
from hilum.annotation.dicom_seg import headers_of
from hilum.annotation.flat_path import from_flat_path
from hilum.annotation.guideline_json import coordinates_of
from hilum.annotation.lesion import Lesion
from hilum.annotation.marked_case import CaseImage, MarkedCase
from hilum.annotation.rasterising import rasterise
from hilum.annotation.shapes import Box, Mask, Shape, ShapeError
from hilum.errors import ImageError
from hilum.files import replaced_when_done

_MOST_PIXELS = 1 << 26


def write_report(folder: Path, case: MarkedCase) -> Path | None:
    """Write the measurement report of a case: a planar region for every lesion in every image.

    The outline of a lesion with holes is one closed line, its parts joined by ways there and back.

    Args:
        folder: where to; it is there.
        case: with its images.

    Returns:
        The file; None where nothing is marked.

    Raises:
        ImageError: an image cannot be read.
    """
    from hilum.dicom import quietly

    marked = list(case.marked())
    if not marked:
        return None
    file = folder / f"{case.images[0].facts.name.rsplit('_', 1)[0]}_sr.dcm"
    with replaced_when_done(file) as path, quietly():  # it warns of research identifiers as names
        _report(case, marked).save_as(path)
    return file


def _report(case: MarkedCase, marked: list[tuple[CaseImage, Lesion, Shape]]) -> Any:
    import highdicom
    from highdicom import sr
    from pydicom.sr.codedict import codes

    images = list({image.key: image for image, _, _ in marked}.values())
    files = list({image.instance: image for image in images}.values())
    headers = dict(zip((image.instance for image in files), headers_of(files), strict=True))
    groups = [_region(case, headers[image.instance], image, lesion, shape) for image, lesion, shape in marked]
    observer = sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(uid=stable_uid("device")),
    )
    report = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_device_context=observer),
        procedure_reported=codes.LN.CTUnspecifiedBodyRegion
        if case.code == "CCT"
        else sr.CodedConcept("363679005", "SCT", "Imaging procedure"),
        imaging_measurements=groups,
        title=codes.DCM.ImagingMeasurementReport,
    )
    root = (case.name, [(image.key, words_of(case.code, lesion), shape) for image, lesion, shape in marked])
    return highdicom.sr.ComprehensiveSR(
        evidence=list(headers.values()),
        content=report[0],
        series_instance_uid=stable_uid("sr series", *root),
        series_number=9002,
        sop_instance_uid=stable_uid("sr", *root),
        instance_number=1,
        manufacturer="hilum",
        is_complete=True,
        is_verified=False,
    )


def _region(case: MarkedCase, header: Any, image: CaseImage, lesion: Lesion, shape: Shape) -> Any:
    from highdicom import sr
    from pydicom.sr.codedict import codes

    flat = coordinates_of(shape, *image.size)
    points = np.array([*flat, *flat[:2]], dtype=np.float64).reshape(-1, 2)
    region = sr.ImageRegion(
        graphic_type=sr.GraphicTypeValues.POLYLINE,
        graphic_data=points,
        source_image=sr.SourceImageForRegion(
            header.SOPClassUID, header.SOPInstanceUID, [image.frame] if image.frame else None
        ),
    )
    pixels = int(rasterise(shape, *image.size).sum())
    area = sr.Measurement(
        name=codes.SCT.Area,
        value=float(pixels),
        unit=sr.CodedConcept("{pixels}", "UCUM", "pixels"),
    )
    return sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(
            uid=stable_uid(case.name, lesion.id), identifier=words_of(case.code, lesion, shape.kind)
        ),
        referenced_region=region,
        finding_type=type_of(case.code, lesion.category or 0),
        measurements=[area],
    )


def read_report(file: Path) -> list[FoundShape]:
    """The regions of a measurement report, each with the SOP Instance UID of its image.

    Closed lines are polygons, or boxes and painted masks where the report says so; circles and ellipses are
    read as polygons around them.

    Raises:
        ImageError: the file is no measurement report with regions.
    """
    from hilum.dicom import quietly, read_dataset

    try:
        with quietly():
            dataset = read_dataset(file)
            _must_be_report(dataset, file)
            found: list[FoundShape] = []
            _collect(dataset, "", found, 0)
            return found
    except (ImageError, ShapeError):
        raise
    except Exception as error:  # pydicom raises nearly anything on broken files
        raise ImageError(f"{file.name} is a structured report that cannot be read") from error


def _must_be_report(dataset: Any, file: Path) -> None:
    if dataset.get("Modality") != "SR":
        raise ImageError(f"{file.name} is no DICOM structured report")


def _collect(item: Any, words: str, found: list[FoundShape], depth: int) -> None:
    """Walk through the tree: a group's tracking identifier names the regions in it."""
    if depth > 20 or len(found) > 100_000:
        raise ImageError("the structured report is deeper or longer than any measurement report")
    children = list(item.get("ContentSequence") or [])
    for child in children:
        name = child.get("ConceptNameCodeSequence")
        if child.get("ValueType") == "TEXT" and name and name[0].get("CodeValue") == "112039":
            words = str(child.TextValue)
    for child in children:
        if child.get("ValueType") == "SCOORD":
            found.append(_shape(child, words))
        _collect(child, words, found, depth + 1)


def _shape(child: Any, words: str) -> FoundShape:
    image = next(one for one in child.ContentSequence if one.ValueType == "IMAGE")
    referenced = image.ReferencedSOPSequence[0]
    uid = str(referenced.ReferencedSOPInstanceUID)
    values = [float(value) for value in child.GraphicData]
    known = read_words(words)
    lesion = str(known[1]) if known else words
    category, kind = (known[2], known[3]) if known else (None, "")
    shape = _drawn(str(child.GraphicType), values, kind)
    return FoundShape(uid, shape, category, lesion, None, frame_named(referenced))


def _drawn(graphic: str, values: list[float], kind: str) -> Shape:
    if graphic in ("CIRCLE", "ELLIPSE"):
        return from_flat_path(_round(graphic, values))
    if graphic != "POLYLINE":
        raise ShapeError(f"the report marks a region by a {graphic.lower()}, which has no area")
    if values[:2] == values[-2:]:
        values = values[:-2]
    if kind == "box":
        return Box(min(values[::2]), min(values[1::2]), max(values[::2]), max(values[1::2]))
    polygon = from_flat_path(values, drawn_freely=kind == "freehand")
    if kind != "mask":
        return polygon
    _, _, x2, y2 = polygon.bounds
    if x2 * y2 > _MOST_PIXELS:
        raise ShapeError("a region of the report lies where no image reaches")
    return shape_of(rasterise(polygon, int(y2) + 1, int(x2) + 1), Mask(0, 0, 1, 1, (0, 1))) or polygon


def _round(graphic: str, values: list[float]) -> list[float]:
    """A circle (centre, point on it) or ellipse (ends of both axes) as 64 corners (PS3.3 C.18.6.1.2)."""
    points = np.array(values).reshape(-1, 2)
    turn = np.linspace(0, 2 * np.pi, 64, endpoint=False)[:, None]
    if graphic == "CIRCLE":
        centre, radius = points[0], float(np.hypot(*(points[1] - points[0])))
        first, second = np.array([radius, 0.0]), np.array([0.0, radius])
    else:
        centre = points[:2].mean(axis=0)
        first, second = points[1] - centre, points[3] - points[2:4].mean(axis=0)
    made: list[float] = (centre + np.cos(turn) * first + np.sin(turn) * second).ravel().tolist()
    return made
