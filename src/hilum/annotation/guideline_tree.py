"""Marked cases as a tree in the layout of the guideline (section 1.4): images, binary masks, JSON."""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from hilum.annotation.binary_dicom import write_binary
from hilum.annotation.categories import category_of, dataset_of
from hilum.annotation.guideline_json import guideline_content
from hilum.annotation.lesion import pixels_of
from hilum.annotation.marked_case import CaseImage, MarkedCase
from hilum.archive.guideline import NORMAL, ROOT
from hilum.files import write_atomically
from hilum.progress import Progress, silent


@dataclass(frozen=True)
class TreeWritten:
    """What was written.

    Attributes:
        images: how many DICOM images.
        masks: how many binary DICOM masks.
        described: how many JSON files.
        notes: what the layout has no place for.
    """

    images: int
    masks: int
    described: int
    notes: tuple[str, ...]


def write_tree(
    out: Path, cases: Iterable[MarkedCase], info: Mapping[str, str], progress: Progress = silent
) -> TreeWritten:
    """Write cases below `OUT/lung_cancer`.

    Every image of a described class has a JSON file; a mask stands for every category that is marked in it.
    A file with several frames has one JSON file, whose annotations name their frame, and masks of as many
    frames.
    What is read back with `read_tree` is what was written: pixels exactly, coordinates as drawn.

    Args:
        out: a folder that is there.
        cases: with their images.
        info: of `GuidelineInfo.to_dict`.
        progress: is told how far it is.

    Raises:
        ShapeError: a lesion has no category, or a shape holds no pixel.
        OSError: an image cannot be copied.
    """
    listed = list(cases)
    counts = np.zeros(3, dtype=np.int64)
    notes = []
    for done, case in enumerate(listed, 1):
        described = case.label in dataset_of(case.code).described
        for images in case.files():
            counts += _write_file(out, case, images, info, described=described)
        if not described and case.lesions:
            word = "normal" if case.label == NORMAL else f"{case.label} {case.code}"
            notes.append(
                f"{case.name}: the guideline has no masks and JSON for {word} cases (section 1.4), so "
                f"{len(case.lesions)} lesions are not in the tree: export them as COCO or DICOM SEG as well"
            )
        progress(done, len(listed), "writing cases")
    written, masks, jsons = (int(count) for count in counts)
    return TreeWritten(written, masks, jsons, tuple(notes))


def folder_of(case: MarkedCase, image: CaseImage) -> PurePosixPath:
    """Where the files of an image lie: data set, class, patient, series.

    Example:
        >>> from hilum.annotation.guideline_json import ImageFacts
        >>> facts = ImageFacts("xry_0KDNRJF_001_0001", "0KDNRJF", "001", "0001", 8, 8, "")
        >>> image = CaseImage(0, Path("a.dcm"), "1.2", "1.3", facts)
        >>> folder_of(MarkedCase("C1", "XRY", "benign", (image,), ()), image).as_posix()
        'lung_cancer/x-ray/benign/0KDNRJF/001'
    """
    folder = dataset_of(case.code).folder
    return PurePosixPath(ROOT, folder, case.label, image.facts.patient, image.facts.series)


def _write_file(
    out: Path, case: MarkedCase, images: Sequence[CaseImage], info: Mapping[str, str], *, described: bool
) -> tuple[int, int, int]:
    image = images[0]
    place = out.joinpath(*folder_of(case, image).parts)
    (place / "dcm").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(image.file, place / "dcm" / f"{image.facts.name}.dcm")
    if not described:
        return 1, 0, 0
    drawn = [(lesion, shape, one.frame) for one in images for lesion, shape in case.in_image(one)]
    (place / "json").mkdir(exist_ok=True)
    frames = len(images) if image.frame else 0
    content = guideline_content(case.code, info, image.facts, drawn, frames)
    write_atomically(
        place / "json" / f"{image.facts.name}.json", json.dumps(content, ensure_ascii=False, indent=1)
    )
    return 1, _write_masks(place, case, images), 1


def _write_masks(place: Path, case: MarkedCase, images: Sequence[CaseImage]) -> int:
    """One mask for each category, with all its lesions."""
    from hilum.dicom import quietly, read_dataset

    image = images[0]
    drawn = [(one, lesion) for one in images for lesion, _ in case.in_image(one)]
    categories = sorted({lesion.category for _, lesion in drawn if lesion.category is not None})
    if not categories:
        return 0
    (place / "binary").mkdir(exist_ok=True)
    with quietly():
        source = read_dataset(image.file, stop_before_pixels=True)
    for category in categories:
        whole = np.zeros((len(images), *image.size), dtype=np.bool_)
        for one, lesion in drawn:
            if lesion.category == category:
                whole[max(one.frame - 1, 0)] |= pixels_of(lesion, one.key, *one.size)
        pixels = whole if image.frame else whole[0]
        name = f"{image.facts.name}_{category}_binary.dcm"
        meaning = f"{case.code} {category}: {category_of(case.code, category).english}"
        write_binary(place / "binary" / name, source, pixels, meaning, int(image.facts.image))
    return len(categories)
