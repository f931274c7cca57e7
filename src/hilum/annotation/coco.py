"""Marked cases as COCO JSON (cocodataset.org, object detection format), and COCO JSON of anyone read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hilum.annotation.categories import categories_of, category_of, right_spelling
from hilum.annotation.combining import shape_of
from hilum.annotation.guideline_json import coordinates_of
from hilum.annotation.lesion import Lesion
from hilum.annotation.marked_case import CaseImage, MarkedCase
from hilum.annotation.rasterising import Pixels, bounds_of, rasterise
from hilum.annotation.shapes import Box, Mask, Polygon, Shape, ShapeError
from hilum.errors import HilumError

_MOST_PIXELS = 1 << 26


@dataclass(frozen=True)
class FoundShape:
    """A shape of a file, with the image that the file names.

    Attributes:
        image: as the file names it: a file name, a path or a SOP Instance UID.
        shape: in that image.
        category: number of the guideline's category; None where the file names none.
        lesion: shapes of a case with the same word are one lesion; empty where the file does not say.
        score: of a model; None where there is none.
        frame: number of the frame in the file, from 1; 0 where the file does not say.
    """

    image: str
    shape: Shape
    category: int | None = None
    lesion: str = ""
    score: float | None = None
    frame: int = 0


def to_coco(cases: Sequence[MarkedCase], info: Mapping[str, str]) -> dict[str, Any]:
    """Cases of one data set as COCO.

    Boxes are in COCO's form x, y, width, height; `area` is that of the pixels. One ring is a polygon; shapes
    of several rings, and painted ones, are run lengths, since COCO's polygons have no holes. What COCO has no
    field for (tool, lesion, class of the case) stands in `attributes`.

    Args:
        cases: all of one data set.
        info: of `GuidelineInfo.to_dict`.

    Example:
        >>> sorted(to_coco([], {}))
        ['annotations', 'categories', 'images', 'info']
    """
    codes = {case.code for case in cases}
    if len(codes) > 1:
        raise HilumError("a COCO file holds one data set: export X-ray, CT and PET-CT apart")
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for case in cases:
        for image in case.images:
            number = len(images) + 1
            images.append(_image(number, image, case))
            for lesion, shape in case.in_image(image):
                annotations.append(_annotation(len(annotations) + 1, number, image, lesion, shape))
    categories = [
        {"id": one.id, "name": one.name, "supercategory": code, "english": one.english}
        for code in codes
        for one in categories_of(code)
    ]
    return {"info": dict(info), "images": images, "annotations": annotations, "categories": categories}


def _image(number: int, image: CaseImage, case: MarkedCase) -> dict[str, Any]:
    facts = image.facts
    told = {"id": number, "file_name": f"{facts.name}.dcm", "width": facts.width, "height": facts.height}
    attributes: dict[str, str | int] = {"sop_instance_uid": image.instance, "case": case.name}
    attributes["class"] = case.label
    if image.frame:
        attributes["frame_number"] = image.frame
    return told | {"date_captured": facts.captured, "attributes": attributes}


def _annotation(
    number: int, image_number: int, image: CaseImage, lesion: Lesion, shape: Shape
) -> dict[str, Any]:
    pixels = rasterise(shape, *image.size)
    around = bounds_of(pixels)
    if around is None or lesion.category is None:
        raise ShapeError(f"lesion {lesion.number} has no category or no pixel: mend it before it is written")
    x1, y1, x2, y2 = around
    single = isinstance(shape, Box) or (isinstance(shape, Polygon) and len(shape.rings) == 1)
    outlined: Any = [coordinates_of(shape, *image.size)] if single else run_lengths(pixels)
    attributes = {"tool": shape.kind, "lesion": lesion.number, **lesion.attributes}
    return {
        "id": number,
        "image_id": image_number,
        "category_id": lesion.category,
        "segmentation": outlined,
        "area": int(pixels.sum()),
        "bbox": [x1, y1, x2 - x1, y2 - y1],
        "iscrowd": 0 if single else 1,
        "attributes": attributes,
    }


def run_lengths(pixels: Pixels) -> dict[str, Any]:
    """Pixels as COCO's run lengths: column by column, beginning with those outside.

    Example:
        >>> run_lengths(np.array([[False, True], [True, True]]))
        {'size': [2, 2], 'counts': [1, 3]}
    """
    turned = np.asarray(pixels).T.ravel()
    changes = np.flatnonzero(np.diff(turned)) + 1
    edges = np.concatenate([[0], changes, [len(turned)]])
    counts = np.diff(edges).tolist()
    return {"size": list(pixels.shape), "counts": [0, *counts] if turned[0] else counts}


def from_coco(content: Any, code: str) -> list[FoundShape]:
    """The shapes of a COCO file from anyone.

    Categories are understood by the guideline's names or by their numbers; others are left to a person.

    Raises:
        HilumError: it is no COCO file.
        ShapeError: a shape is none.

    Example:
        >>> image = {"id": 7, "file_name": "a.dcm", "width": 8, "height": 8}
        >>> mark = {"image_id": 7, "category_id": 1, "bbox": [1, 2, 3, 4]}
        >>> from_coco({"images": [image], "annotations": [mark], "categories": []}, "XRY")[0].shape
        Box(x1=1.0, y1=2.0, x2=4.0, y2=6.0)
    """
    try:
        images = {one["id"]: one for one in content["images"]}
        meant = {one["id"]: _meant(one, code) for one in content.get("categories", [])}
        return [_found(one, images[one["image_id"]], meant, code) for one in content["annotations"]]
    except ShapeError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise HilumError("the file is no COCO JSON with images, annotations and categories") from error


def _meant(category: Mapping[str, Any], code: str) -> int | None:
    name = right_spelling(str(category.get("name", "")))
    named = [one.id for one in categories_of(code) if name in (one.name, one.english)]
    return named[0] if named else None


def _found(
    one: Mapping[str, Any], image: Mapping[str, Any], meant: Mapping[Any, int | None], code: str
) -> FoundShape:
    attributes = one.get("attributes") or {}
    rows, columns = int(image["height"]), int(image["width"])
    if rows < 1 or columns < 1 or rows * columns > _MOST_PIXELS:
        raise ShapeError("an image of the COCO file has a size that none can have")
    shape = _shape(one, rows, columns, str(attributes.get("tool", "")))
    category = meant.get(one["category_id"]) if meant else int(category_of(code, int(one["category_id"])).id)
    named = image.get("attributes") or {}
    score = one.get("score")
    return FoundShape(
        str(named.get("sop_instance_uid") or image["file_name"]),
        shape,
        category,
        str(attributes.get("lesion", "")),
        None if score is None else float(score),
        max(int(named.get("frame_number") or 0), 0),
    )


def _shape(one: Mapping[str, Any], rows: int, columns: int, tool: str) -> Shape:
    outlined = one.get("segmentation")
    if not outlined:
        x, y, width, height = (float(value) for value in one["bbox"])
        return Box(x, y, x + width, y + height)
    if isinstance(outlined, Mapping):
        pixels = _from_runs(outlined, rows, columns)
        like: Shape = Polygon((((0, 0), (1, 0), (1, 1)),), tool == "freehand")
        made = shape_of(pixels, like if tool in ("polygon", "freehand") else Mask(0, 0, 1, 1, (0, 1)))
        if made is None:
            raise ShapeError("a mask of the COCO file holds no pixel")
        return made
    rings = [tuple(zip(map(float, path[::2]), map(float, path[1::2]), strict=True)) for path in outlined]
    if tool == "box" and len(rings) == 1:
        xs, ys = zip(*rings[0], strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))
    polygons = [Polygon((ring,), tool == "freehand") for ring in rings]
    if len(polygons) == 1:
        return polygons[0]
    # COCO's parts are joined, also where they overlap.
    joined = np.logical_or.reduce([rasterise(part, rows, columns) for part in polygons])
    if not joined.any():
        raise ShapeError("a segmentation of the COCO file holds no pixel")
    return shape_of(joined, polygons[0]) or polygons[0]


def _from_runs(told: Mapping[str, Any], rows: int, columns: int) -> Pixels:
    counts = told["counts"]
    runs = _unpacked(counts) if isinstance(counts, str | bytes) else [int(run) for run in counts]
    if list(told["size"]) != [rows, columns] or min(runs, default=0) < 0 or sum(runs) != rows * columns:
        raise ShapeError("run lengths of the COCO file do not fill their image")
    inside = np.arange(len(runs)) % 2 == 1
    return np.repeat(inside, runs).reshape(columns, rows).T


def _unpacked(text: str | bytes) -> list[int]:
    """COCO's packed run lengths: five bits a letter, the least first; from the third on, differences."""
    codes = text.encode("ascii", "replace") if isinstance(text, str) else text
    runs: list[int] = []
    value = shift = 0
    for letter in codes:
        bits = letter - 48
        value |= (bits & 31) << shift
        shift += 5
        if shift > 60:
            raise ShapeError("packed run lengths of the COCO file cannot be read")
        if not bits & 32:
            if bits & 16:
                value -= 1 << shift
            runs.append(value + runs[-2] if len(runs) > 2 else value)
            value = shift = 0
    return runs
