"""Check 1 of the guideline (section 2.5.1): a program sees whether files, masks and JSON agree."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hilum.annotation.binary_dicom import read_binary
from hilum.annotation.categories import allowed_in
from hilum.annotation.defects import Defect
from hilum.annotation.frames import frame_count
from hilum.annotation.guideline_json import FRAMES, close, frames_of, json_defects, shape_of_annotation
from hilum.annotation.rasterising import Pixels, bounds_of, rasterise
from hilum.annotation.shapes import Box, Line, ShapeError, must_lie_in
from hilum.annotation.tree_files import TreeFiles, TreeImage, read_json, tree_files
from hilum.archive.guideline import CLASSES
from hilum.errors import ImageError
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    from pydicom import Dataset

_PIXEL = 1.0
"""Other programs round edges of pixels and coordinates differently, by less than this."""


def check_tree(folder: Path, progress: Progress = silent) -> list[Defect]:
    """Everything in which the files of a tree contradict the guideline or each other.

    Args:
        folder: the folder that holds `lung_cancer`, or that folder itself.
        progress: is told how far it is.

    Raises:
        HilumError: no such tree is there.
    """
    files = tree_files(folder)
    found = [Defect("surplus_file", place, f"{why}: move or rename it") for place, why in files.strangers]
    marked: dict[tuple[str, ...], int] = defaultdict(int)
    for done, image in enumerate(files.images, 1):
        defects, count = _check_image(files, image)
        found += defects
        marked[image.dataset.folder, image.label, image.patient, image.series] += count
        progress(done, len(files.images), "checking images")
    return found + _unmarked(files, marked)


def _unmarked(files: TreeFiles, marked: Mapping[tuple[str, ...], int]) -> list[Defect]:
    """Patients of a described class in whom nothing is marked at all."""
    patients: dict[tuple[str, ...], int] = defaultdict(int)
    for (dataset, label, patient, _), count in marked.items():
        patients[dataset, label, patient] += count
    described = {one.dataset.folder: one.dataset.described for one in files.images}
    return [
        Defect(
            "nothing_marked", "/".join(key), f"a {key[1]} case holds no annotation: mark it or mend its class"
        )
        for key, count in patients.items()
        if not count and key[1] in described[key[0]]
    ]


def _check_image(files: TreeFiles, image: TreeImage) -> tuple[list[Defect], int]:
    """Defects of an image, and how many annotations it has."""
    place = f"{image.dataset.folder}/{image.label}/{image.patient}/{image.series}/{image.name}"
    found = _presence(image, place)
    header = _header(image, place, found)
    content = None
    if image.description is not None:
        content = read_json(image.description)
        where = files.place(image.description)
        if content is None:
            found.append(Defect("unreadable_json", where, "the JSON file cannot be read: write it again"))
        else:
            broken = json_defects(content, image.dataset.modality, where)
            found += broken
            content = None if broken else content
    if content is None:
        return found, 0
    found += _described(image, content, header, place)
    drawn = _annotations(image, content, place, found)
    found += _masks(files, image, drawn, header, content)
    return found, len(content["annotations"])


def _presence(image: TreeImage, place: str) -> list[Defect]:
    found = []
    if image.label not in CLASSES:
        found.append(
            Defect("wrong_class", place, "the folder of the class is not benign, malignant or normal")
        )
    if image.image is None:
        found.append(
            Defect("missing_image", place, "masks or JSON are there without the DICOM image: add it")
        )
    described = image.label in image.dataset.described
    if described and image.description is None:
        found.append(Defect("missing_json", place, "the JSON file is missing: write it"))
    if not described and (image.description is not None or image.masks):
        told = f"{image.label} images of {image.dataset.folder} have no masks and no JSON (section 1.4)"
        found.append(Defect("surplus_marks", place, f"{told}: mend the class, or take them away"))
    return found


def _header(image: TreeImage, place: str, found: list[Defect]) -> "Dataset | None":
    from hilum.dicom import quietly, read_dataset

    if image.image is None:
        return None
    try:
        with quietly():
            header = read_dataset(image.image, stop_before_pixels=True)
            if int(header.get("Rows") or 0) < 1 or int(header.get("Columns") or 0) < 1:
                found.append(
                    Defect("unreadable_image", place, "the DICOM image holds no picture: replace it")
                )
                return None
            return header
    except (ImageError, TypeError, ValueError):
        found.append(Defect("unreadable_image", place, "the DICOM image cannot be read: replace it"))
        return None


def _described(
    image: TreeImage, content: Mapping[str, Any], header: "Dataset | None", place: str
) -> list[Defect]:
    """Where the JSON says something else of the image than its name, its folders and its header."""
    told = content["images"][0]
    found = []
    if told["file_name"] != f"{image.name}.dcm":
        found.append(Defect("wrong_image", place, "the JSON names another file: correct file_name"))
    _, patient, series, number = image.name.split("_")
    for name, right in (("patient_id", patient), ("series_id", series), ("image_id", number)):
        if told[name].lstrip("0") != right.lstrip("0"):
            found.append(Defect("wrong_image", place, f"{name} of the JSON is not that of the file name"))
    if header is not None and (told.get(FRAMES) or 1) != frame_count(header):
        told_frames = f"the image has {frame_count(header)} frames, and the JSON another number: correct it"
        found.append(Defect("wrong_frame", place, told_frames))
    if header is not None and (told["height"], told["width"]) != (int(header.Rows), int(header.Columns)):
        found.append(
            Defect(
                "wrong_size",
                place,
                f"the JSON says {told['width']} x {told['height']} pixels and the image has "
                f"{int(header.Columns)} x {int(header.Rows)}: correct it",
            )
        )
    return found


def _annotations(
    image: TreeImage, content: Mapping[str, Any], place: str, found: list[Defect]
) -> dict[int, Pixels]:
    """Check every annotation; return what all of a category cover together, frame by frame if there are."""
    told = content["images"][0]
    rows, columns = int(told["height"]), int(told["width"])
    frames, numbers = frames_of(content)
    allowed = {one.id for one in allowed_in(image.dataset.modality, image.label)}
    drawn: dict[int, Pixels] = {}
    if rows * columns > 1 << 26 or rows * columns * max(frames, 1) > 1 << 31:
        found.append(Defect("wrong_size", place, "the JSON says that the image is larger than any can be"))
        return drawn
    for entry, frame in zip(content["annotations"], numbers, strict=True):
        name = f"annotation {entry['id']}"
        category = int(entry["category_id"])
        if category not in allowed:
            words = f"{name} has category {category}, which {image.label} images cannot have: correct either"
            found.append(Defect("category_not_allowed", place, words))
        try:
            shape = shape_of_annotation(entry, rows, columns)
            must_lie_in(shape, rows, columns)
            must_lie_in(Box(*entry["bbox"]), rows, columns)
        except ShapeError as error:
            found.append(Defect("outside_image", place, f"{name}: {error}"))
            continue
        if isinstance(shape, Line):
            found.append(
                Defect("line_has_no_area", place, f"{name} is a line, which has no area: draw a shape")
            )
            continue
        pixels = rasterise(shape, rows, columns)
        size = (frames, rows, columns) if frames else (rows, columns)
        known = drawn.setdefault(category, np.zeros(size, dtype=np.bool_))
        known[frame - 1 if frames else ...] |= pixels
        found += _numbers(entry, pixels, name, place)
    return drawn


def _numbers(entry: Mapping[str, Any], pixels: Pixels, name: str, place: str) -> list[Defect]:
    """Box, area, width and height of an annotation against its pixels."""
    around = bounds_of(pixels)
    if around is None:
        return [Defect("empty_annotation", place, f"{name} holds no pixel: draw it again")]
    found = []
    box = entry["bbox"]
    wide, high = box[2] - box[0], box[3] - box[1]
    if not close(box, around, _PIXEL):
        found.append(
            Defect("box_not_bounds", place, f"the bbox of {name} is not the box around it: correct it")
        )
    if abs(entry["area"] - wide * high) > 0.5 + 1e-3 * wide * high:
        found.append(Defect("wrong_area", place, f"the area of {name} is not that of its bbox: correct it"))
    if not close((entry["width"], entry["height"]), (wide, high), _PIXEL):
        found.append(Defect("wrong_extent", place, f"width and height of {name} are not those of its bbox"))
    return found


def _masks(
    files: TreeFiles,
    image: TreeImage,
    drawn: Mapping[int, Pixels],
    header: "Dataset | None",
    content: Mapping[str, Any],
) -> list[Defect]:
    found = []
    named = {int(entry["category_id"]) for entry in content["annotations"]}
    place = f"{image.dataset.folder}/{image.label}/{image.patient}/{image.series}/{image.name}"
    for category in sorted(named - set(image.masks)):
        told = f"category {category} is annotated and has no binary DICOM: write it"
        found.append(Defect("missing_mask", place, told))
    for category, file in sorted(image.masks.items()):
        where = files.place(file)
        if category not in named:
            found.append(Defect("surplus_mask", where, "the mask's category is not annotated: take it away"))
        try:
            mask_header, pixels = read_binary(file)
        except ImageError:
            found.append(Defect("unreadable_mask", where, "the binary DICOM cannot be read: write it again"))
            continue
        found += _mask(where, mask_header, pixels, header, drawn.get(category))
    return found


def _mask(
    where: str, mask_header: "Dataset", pixels: Pixels, header: "Dataset | None", drawn: Pixels | None
) -> list[Defect]:
    """One mask against its image and its annotations."""
    found = []
    if not pixels.any():
        return [Defect("empty_mask", where, "the mask holds no pixel: write it again")]
    if header is not None:
        frames = frame_count(header)
        size = (int(header.Rows), int(header.Columns))
        if pixels.shape != ((frames, *size) if frames > 1 else size):
            return [Defect("mask_size", where, "mask and image have different sizes: write it again")]
        places = [one.get("FrameOfReferenceUID") for one in (mask_header, header)]
        if all(places) and places[0] != places[1]:
            found.append(Defect("mask_place", where, "mask and image lie in different frames of reference"))
    if drawn is None:
        return found
    if drawn.shape != pixels.shape:
        return [*found, Defect("mask_size", where, "mask and JSON have different sizes: write them again")]
    if drawn.any() and not (_inside(pixels, drawn) and _inside(drawn, pixels)):
        found.append(
            Defect("mask_not_annotation", where, "the mask is not what the JSON outlines: write it again")
        )
    return found


def _inside(one: Pixels, other: Pixels) -> bool:
    """Whether all pixels of one lie in the other or beside it."""
    from scipy.ndimage import binary_dilation

    around = np.ones((3, 3) if one.ndim == 2 else (1, 3, 3), dtype=np.bool_)
    wider = binary_dilation(other, structure=around)
    return not bool((one & ~wider).any())
