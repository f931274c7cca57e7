"""Reading the markings of a tree in the guideline's layout, from whomever it comes."""

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from hilum.annotation.frames import frame_count
from hilum.annotation.guideline_fields import OTHER_NAMES
from hilum.annotation.guideline_json import ImageFacts, frames_of, json_defects, read_annotations
from hilum.annotation.lesion import Lesion
from hilum.annotation.marked_case import CaseImage, MarkedCase
from hilum.annotation.shapes import Shape, ShapeError
from hilum.annotation.tree_files import TreeFiles, TreeImage, read_json, tree_files
from hilum.errors import ImageError
from hilum.progress import Progress, silent


@dataclass(frozen=True)
class TreeRead:
    """What a tree holds.

    Attributes:
        cases: one for each class and patient of a data set.
        notes: what could not be read, and other spellings that were understood.
    """

    cases: tuple[MarkedCase, ...]
    notes: tuple[str, ...]


def read_tree(folder: Path, progress: Progress = silent) -> TreeRead:
    """Read the cases of a tree with their lesions.

    Annotations of one series that carry the same number and category are one lesion.

    Args:
        folder: the folder that holds `lung_cancer`, or that folder itself.
        progress: is told how far it is.

    Raises:
        HilumError: no such tree is there.
    """
    files = tree_files(folder)
    notes = [f"{place} was left out: {why}" for place, why in files.strangers]
    groups: dict[tuple[str, str, str], list[TreeImage]] = defaultdict(list)
    for image in files.images:
        groups[image.dataset.folder, image.label, image.patient].append(image)
    cases = []
    for done, group in enumerate(groups.values(), 1):
        cases.append(_read_case(files, group, notes))
        progress(done, len(groups), "reading cases")
    return TreeRead(tuple(cases), tuple(notes))


def _read_case(files: TreeFiles, group: list[TreeImage], notes: list[str]) -> MarkedCase:
    images: list[CaseImage] = []
    lesions: dict[tuple[str, int, int], Lesion] = {}
    for one in group:
        found = _read_image(files, one, notes)
        if found is None:
            continue
        image, frames, drawn = found
        key = len(images)
        images += [
            replace(image, key=key + place, frame=place + 1 if frames else 0) for place in range(frames or 1)
        ]
        for lesion, shape, frame in drawn:
            named = (one.series, lesion.number, lesion.category or 0)
            known = lesions.get(named)
            if known is None:
                known = replace(
                    lesion, id=f"{one.series}-{lesion.number}-{lesion.category}", number=len(lesions) + 1
                )
            lesions[named] = replace(known, shapes={**known.shapes, key + max(frame - 1, 0): shape})
    first = group[0]
    name = f"{first.dataset.prefix}_{first.patient}"
    return MarkedCase(name, first.dataset.modality, first.label, tuple(images), tuple(lesions.values()))


def _read_image(
    files: TreeFiles, one: TreeImage, notes: list[str]
) -> tuple[CaseImage, int, list[tuple[Lesion, Shape, int]]] | None:
    """An image, how many frames it has (0 for one), and what is drawn in which frame."""
    from hilum.dicom import quietly, read_dataset
    from hilum.dicom.attributes import text

    instance = series = ""
    there = 1
    if one.image is not None:
        try:
            with quietly():
                header = read_dataset(one.image, stop_before_pixels=True)
                instance, series = text(header, "SOPInstanceUID"), text(header, "SeriesInstanceUID")
                there = frame_count(header)
        except ImageError:
            notes.append(f"{files.place(one.image)} cannot be read as DICOM")
    file = one.image or Path(one.name)
    if one.description is None:
        return _undescribed(one, file, instance, series), there if there > 1 else 0, []
    content = read_json(one.description)
    where = files.place(one.description)
    defects = json_defects(content, one.dataset.modality, where)
    if defects:
        notes.append(f"{where} was left out: {defects[0].sentence}")
        return None
    image = content["images"][0]
    for spellings in OTHER_NAMES.values():
        notes += [f"{where}: `{name}` was understood" for name in spellings if name in image]
    try:
        facts, drawn = read_annotations(content, one.dataset.modality)
        frames, numbers = frames_of(content)
    except ShapeError as error:
        notes.append(f"{where} was left out: {error}")
        return None
    if one.image is not None and frames != (there if there > 1 else 0):
        notes.append(f"{where} was left out: the image has {there} frames, and the JSON says another number")
        return None
    placed = [(lesion, shape, frame) for (lesion, shape), frame in zip(drawn, numbers, strict=True)]
    return CaseImage(0, file, instance, series, facts), frames, placed


def _undescribed(one: TreeImage, file: Path, instance: str, series: str) -> CaseImage:
    """An image without JSON, as normal ones are: what its name says of it."""
    _, patient, number, image = one.name.split("_")
    return CaseImage(0, file, instance, series, ImageFacts(one.name, patient, number, image, 0, 0, ""))
