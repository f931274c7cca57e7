"""Marked cases as DICOM Segmentation (PS3.3 section A.51), and Segmentations read."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hilum.annotation.coco import FoundShape
from hilum.annotation.combining import shape_of
from hilum.annotation.dicom_codes import frame_named, read_words, stable_uid, type_of, words_of
from hilum.annotation.frames import (
    frame_header,
    frame_orientation,
    frame_position,
    frame_spacing,
    stand_in_uid,
)
from hilum.annotation.lesion import pixels_of
from hilum.annotation.marked_case import CaseImage, MarkedCase
from hilum.annotation.shapes import Mask
from hilum.errors import ImageError
from hilum.files import replaced_when_done

_MOST_FRAMES = 20_000
_MOST_PIXELS = 1 << 31


def write_segmentations(folder: Path, case: MarkedCase) -> list[Path]:
    """Write a Segmentation for each series of a case that is marked, one segment a lesion.

    A file with several frames has one of its own, whose frames name those of the file.

    Args:
        folder: where to; it is there.
        case: with its images.

    Returns:
        The files.

    Raises:
        ImageError: an image cannot be read.
    """
    from hilum.dicom import quietly

    made = []
    for name, group in case.volumes():
        images = [image for image in group if case.in_image(image)]
        for stem, part in _together(name, images):
            file = folder / f"{stem}_seg.dcm"
            with replaced_when_done(file) as path, quietly():  # it warns of research identifiers as names
                _segmentation(case, part).save_as(path)
            made.append(file)
    return made


def _together(name: str, images: Sequence[CaseImage]) -> list[tuple[str, Sequence[CaseImage]]]:
    """What makes one Segmentation: images that lie side by side, else each by itself; with its name."""
    if not images:
        return []
    if len(images) > 1 and _side_by_side(images):
        return [(name, images)]
    if len(images) == 1:
        return [(name, images)]
    return [
        (f"{image.facts.name}_{image.frame:04d}" if image.frame else image.facts.name, [image])
        for image in images
    ]


def _side_by_side(images: Sequence[CaseImage]) -> bool:
    """Whether images have a frame of reference, places in it, and one orientation."""
    from hilum.dicom.attributes import text

    headers = dict(zip((one.instance for one in images), headers_of(_files(images)), strict=False))
    turns = [frame_orientation(headers[one.instance], one.frame) for one in images]
    positions = [frame_position(headers[one.instance], one.frame) for one in images]
    spacings = [frame_spacing(headers[one.instance], one.frame) for one in images]
    if not all(text(one, "FrameOfReferenceUID") for one in headers.values()):
        return False
    return len(set(turns)) == 1 and len(set(spacings)) == 1 and None not in (*turns, *positions, *spacings)


def _files(images: Sequence[CaseImage]) -> list[CaseImage]:
    return list({image.instance: image for image in images}.values())


def _segmentation(case: MarkedCase, images: Sequence[CaseImage]) -> Any:
    import highdicom
    from pydicom.sr.codedict import codes

    lesions = [one for one in case.lesions if any(image.key in one.shapes for image in images)]
    frames = np.stack(
        [np.stack([pixels_of(one, image.key, *image.size) for one in lesions], axis=-1) for image in images]
    )
    segments = [
        highdicom.seg.SegmentDescription(
            segment_number=number,
            segment_label=words_of(case.code, lesion),
            segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
            segmented_property_type=type_of(case.code, lesion.category or 0),
            algorithm_type=highdicom.seg.SegmentAlgorithmTypeValues.MANUAL,
            tracking_uid=stable_uid(case.name, lesion.id),
            tracking_id=f"lesion {lesion.number}",
        )
        for number, lesion in enumerate(lesions, 1)
    ]
    of_frames = [(image.instance, image.frame) for image in images if image.frame]
    root = (case.name, images[0].series, frames.tobytes(), *of_frames)
    sources = _headers(images)
    made = highdicom.seg.Segmentation(
        source_images=[frame_header(header, image.frame) for header, image in sources],
        pixel_array=frames.astype(np.uint8),
        segmentation_type=highdicom.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=segments,
        series_instance_uid=stable_uid("seg series", *root),
        series_number=9001,
        sop_instance_uid=stable_uid("seg", *root),
        instance_number=1,
        manufacturer="hilum",
        manufacturer_model_name="hilum",
        software_versions="1",
        device_serial_number="0",
        series_description="Lesions",
        omit_empty_frames=True,
    )
    _name_frames(made, sources)
    return made


def _headers(images: Sequence[CaseImage]) -> list[tuple[Any, CaseImage]]:
    """Each image with the header of its file."""
    files = _files(images)
    known = dict(zip((one.instance for one in files), headers_of(files), strict=True))
    return [(known[image.instance], image) for image in images]


def _name_frames(made: Any, sources: Sequence[tuple[Any, CaseImage]]) -> None:
    """Let references to stand-ins of frames name the file and the frame."""
    files = {stand_in_uid(one.instance, one.frame): (header, one) for header, one in sources}
    for group in made.PerFrameFunctionalGroupsSequence:
        for derivation in group.get("DerivationImageSequence", ()):
            for source in derivation.SourceImageSequence:
                if (known := files.get(str(source.ReferencedSOPInstanceUID))) is not None:
                    _name_file(source, known[0])
                    if known[1].frame:
                        source.ReferencedFrameNumber = known[1].frame
    series = made.get("ReferencedSeriesSequence", ())
    for holder, keyword in (
        *((one, "ReferencedInstanceSequence") for one in series),
        (made, "SourceImageSequence"),
    ):
        told: dict[str, Any] = {}
        for reference in holder.get(keyword, ()):
            if (known := files.get(str(reference.ReferencedSOPInstanceUID))) is not None:
                _name_file(reference, known[0])
            told.setdefault(str(reference.ReferencedSOPInstanceUID), reference)
        if told:
            setattr(holder, keyword, list(told.values()))


def _name_file(reference: Any, header: Any) -> None:
    reference.ReferencedSOPClassUID = header.SOPClassUID
    reference.ReferencedSOPInstanceUID = header.SOPInstanceUID


def headers_of(images: Sequence[CaseImage]) -> list[Any]:
    """The headers of images, with the empty attributes that objects derived from them must have."""
    from hilum.dicom import quietly, read_dataset

    found = []
    for image in images:
        with quietly():
            header = read_dataset(image.file, stop_before_pixels=True)
        for keyword in (
            *("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "AccessionNumber"),
            *("StudyID", "StudyDate", "StudyTime", "ReferringPhysicianName"),
        ):
            if keyword not in header:
                setattr(header, keyword, None)
        found.append(header)
    return found


def read_segmentation(file: Path) -> list[FoundShape]:
    """The masks of a Segmentation, each with the SOP Instance UID of its image.

    Raises:
        ImageError: the file is no Segmentation, or its frames do not name single images.
    """
    from hilum.dicom import quietly, read_dataset

    try:
        with quietly():
            dataset = read_dataset(file)
            _must_be_segmentation(dataset, file)
            pixels = np.asarray(dataset.pixel_array)
            frames = pixels.reshape(-1, *pixels.shape[-2:])
            words = {int(one.SegmentNumber): one for one in dataset.SegmentSequence}
            placed = list(zip(dataset.PerFrameFunctionalGroupsSequence, frames, strict=True))
            return [shape for group, frame in placed for shape in _shapes(group, frame, words, dataset)]
    except ImageError:
        raise
    except Exception as error:  # pydicom raises nearly anything on broken files
        raise ImageError(f"{file.name} is a Segmentation that cannot be read") from error


def _must_be_segmentation(dataset: Any, file: Path) -> None:
    frames = int(dataset.get("NumberOfFrames") or 0)
    size = frames * int(dataset.get("Rows") or 0) * int(dataset.get("Columns") or 0)
    if dataset.get("Modality") != "SEG" or frames > _MOST_FRAMES or size > _MOST_PIXELS:
        raise ImageError(f"{file.name} is no DICOM Segmentation")


def _shapes(group: Any, frame: Any, words: Mapping[int, Any], dataset: Any) -> list[FoundShape]:
    segment = group.get("SegmentIdentificationSequence")
    if segment is None:
        segment = dataset.SharedFunctionalGroupsSequence[0].SegmentIdentificationSequence
    described = words[int(segment[0].ReferencedSegmentNumber)]
    source = group.DerivationImageSequence[0].SourceImageSequence[0]
    painted = shape_of(frame != 0, Mask(0, 0, 1, 1, (0, 1)))
    if painted is None:
        return []
    known = read_words(str(described.get("SegmentLabel", "")))
    lesion = str(known[1]) if known else f"segment {described.SegmentNumber}"
    uid, category = str(source.ReferencedSOPInstanceUID), known[2] if known else None
    return [FoundShape(uid, painted, category, lesion, None, frame_named(source))]
