"""The guideline's JSON of one image (section 1.3), written and read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hilum.annotation.categories import categories_of, dataset_of, right_spelling
from hilum.annotation.combining import shape_of
from hilum.annotation.defects import Defect
from hilum.annotation.flat_path import from_flat_path, to_flat_path
from hilum.annotation.guideline_fields import MODEL_NAME, PARTS, field_defects, field_value
from hilum.annotation.lesion import Lesion
from hilum.annotation.outlines import outline
from hilum.annotation.rasterising import bounds_of, rasterise
from hilum.annotation.shapes import Box, Line, Mask, Polygon, Shape, ShapeError

_MOST_ANNOTATIONS = 100_000
FRAMES, FRAME = "number_of_frames", "frame_number"
"""What stands beside the guideline's fields for files with several frames; frames are counted from 1."""
# Words of other tools for the same things.
_TOOLS = {"rectangle": "box", "bbox": "box", "free": "freehand", "brush": "mask"}


@dataclass(frozen=True)
class ImageFacts:
    """What the JSON says of an image (section 1.3.3).

    Attributes:
        name: of its file without ending, `cct_0KDNRJF_001_0004`.
        patient: seven letters and digits.
        series: number of the series of the patient.
        image: number of the image in the series.
        width: columns.
        height: rows.
        captured: when, `yyyy-mm-dd hh-mi-ss`.
        manufacturer: of the machine.
        model: of the machine.
    """

    name: str
    patient: str
    series: str
    image: str
    width: int
    height: int
    captured: str
    manufacturer: str = ""
    model: str = ""


def guideline_content(
    code: str,
    info: Mapping[str, str],
    image: ImageFacts,
    lesions: Sequence[tuple[Lesion, Shape, int]],
    frames: int = 0,
) -> dict[str, Any]:
    """The JSON of an image with the lesions that are drawn in it.

    The guideline knows no files with several frames: theirs says how many frames there are, and each
    annotation the number of its frame, in fields beside those of the guideline.

    Args:
        code: XRY, CCT or PCT.
        info: of `GuidelineInfo.to_dict` (section 1.3.1).
        image: what is said of the image.
        lesions: each with its shape in this image, and the number of its frame (0 where there is one).
        frames: how many frames the file has; 0 where it has one.

    Raises:
        ShapeError: a shape holds no pixel of the image.
        HilumError: a lesion has no category.
    """
    told = {
        "id": 1,
        "file_name": f"{image.name}.dcm",
        "patient_id": image.patient,
        "series_id": image.series,
        "image_id": image.image,
        "width": image.width,
        "height": image.height,
        "date_captured": image.captured,
        "modality": code,
        "manufacturer": image.manufacturer[:300],
        MODEL_NAME: image.model[:300],
    }
    if frames:
        told[FRAMES] = frames
    number = int(image.image)
    annotations = [
        _annotation(lesion, shape, image, number) | ({FRAME: frame} if frame else {})
        for lesion, shape, frame in lesions
    ]
    return {
        "info": dict(info),
        "categories": dataset_of(code).categories,
        "images": [told],
        "annotations": annotations,
    }


def _annotation(lesion: Lesion, shape: Shape, image: ImageFacts, number: int) -> dict[str, Any]:
    """One entry of section 1.3.4; its id is the lesion's number, the same in every slice of the lesion."""
    if lesion.category is None:
        raise ShapeError(f"lesion {lesion.number} has no category: choose one before it is written")
    around = bounds_of(rasterise(shape, image.height, image.width))
    if around is None:
        raise ShapeError(f"lesion {lesion.number} holds no pixel of {image.name}: draw it larger")
    x1, y1, x2, y2 = around
    return {
        "id": lesion.number,
        "image_id": number,
        "category_id": lesion.category,
        "iscrowd": int(_parts(shape, image.height, image.width) > 1),
        "area": (x2 - x1) * (y2 - y1),
        "bbox": [x1, y1, x2, y2],
        "toolname": shape.kind,
        "segmentation": coordinates_of(shape, image.height, image.width),
        "width": x2 - x1,
        "height": y2 - y1,
    }


def coordinates_of(shape: Shape, rows: int, columns: int) -> list[float]:
    """A shape's coordinates as one list x1, y1, x2, y2 ...; of a painted one, its outline.

    Example:
        >>> coordinates_of(Box(0, 0, 2, 1), 4, 4)
        [0.0, 0.0, 2.0, 0.0, 2.0, 1.0, 0.0, 1.0]
    """
    if isinstance(shape, Line):
        return [value for point in shape.points for value in point]
    if isinstance(shape, Box):
        x1, y1, x2, y2 = map(float, shape.bounds)
        return [x1, y1, x2, y1, x2, y2, x1, y2]
    if isinstance(shape, Mask):
        around = outline(rasterise(shape, rows, columns))
        return [] if around is None else to_flat_path(around)
    return to_flat_path(shape)


def _parts(shape: Shape, rows: int, columns: int) -> int:
    from scipy.ndimage import label

    if isinstance(shape, Line | Box):
        return 1
    _, count = label(rasterise(shape, rows, columns), structure=[[1, 1, 1]] * 3)
    return int(count)


def json_defects(content: Any, code: str, place: str) -> list[Defect]:
    """What breaks the rules of sections 1.3.1 to 1.3.4 in a JSON file.

    Args:
        content: of the file.
        code: XRY, CCT or PCT.
        place: how sentences name the file.

    Example:
        >>> json_defects([], "XRY", "a.json")[0].code
        'wrong_type'
    """
    if not isinstance(content, Mapping):
        return [
            Defect("wrong_type", place, "the JSON is no object with info, categories, images, annotations")
        ]
    found: list[Defect] = []
    for part in PARTS:
        value = content.get(part)
        if value is None:
            found.append(Defect("missing_field", place, f"the part `{part}` is missing: it is required"))
        elif part == "info":
            found += field_defects(part, value, code, place)
        elif not isinstance(value, list) or len(value) > _MOST_ANNOTATIONS:
            found.append(Defect("wrong_type", place, f"the part `{part}` is no list, or far too long"))
        else:
            for entry in value:
                found += field_defects(part, entry, code, place)
    return found or _disagreements(content, code, place)


def _disagreements(content: Mapping[str, Any], code: str, place: str) -> list[Defect]:
    """Where fields that are right by themselves contradict each other."""
    found = []
    known = {one.id: one for one in categories_of(code)}
    for entry in content["categories"]:
        one = known[int(entry["id"])]
        if (right_spelling(entry["name"]), entry["grp_id"], entry["grp_name"]) != (
            one.name,
            one.group,
            one.group_name,
        ):
            found.append(
                Defect("wrong_value", place, f"category {one.id} has another name or group: correct it")
            )
    if len(content["images"]) != 1:
        found.append(Defect("wrong_value", place, "one image is described in a file: correct it"))
        return found
    image = content["images"][0]
    right = {image["id"], int(image["image_id"])} if str(image["image_id"]).isdigit() else {image["id"]}
    for entry in content["annotations"]:
        if entry["image_id"] not in right:
            told = f"annotation {entry['id']} names another image: correct its image_id"
            found.append(Defect("wrong_image", place, told))
    return found + _wrong_frames(content, place)


def _wrong_frames(content: Mapping[str, Any], place: str) -> list[Defect]:
    """Annotations of a file with several frames that name none of them."""
    count = content["images"][0].get(FRAMES, 0)
    if not _is_count(count):
        return [Defect("wrong_frame", place, f"{FRAMES} is no whole number of frames: correct it")]
    found = []
    for entry in content["annotations"]:
        frame = entry.get(FRAME, 0)
        if not _is_count(frame) or not (1 <= frame <= count if count else frame in (0, 1)):
            told = f"annotation {entry['id']} names no frame of its image: correct its {FRAME}"
            found.append(Defect("wrong_frame", place, told))
    return found


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000


def frames_of(content: Mapping[str, Any]) -> tuple[int, list[int]]:
    """How many frames a JSON file without defects speaks of (0 for one), and the frame of each annotation.

    Example:
        >>> frames_of({"images": [{"number_of_frames": 3}], "annotations": [{"frame_number": 2}]})
        (3, [2])
    """
    count = int(content["images"][0].get(FRAMES, 0))
    return count, [int(entry.get(FRAME, 0)) if count else 0 for entry in content["annotations"]]


def shape_of_annotation(entry: Mapping[str, Any], rows: int, columns: int) -> Shape:
    """The shape of an entry of section 1.3.4, by its tool and its coordinates.

    Raises:
        ShapeError: its coordinates are no shape.

    Example:
        >>> entry = {"toolname": "box", "segmentation": [0, 0, 2, 0, 2, 1, 0, 1]}
        >>> shape_of_annotation(entry, 4, 4)
        Box(x1=0.0, y1=0.0, x2=2.0, y2=1.0)
    """
    path = [float(value) for value in entry["segmentation"]]
    tool = str(entry.get("toolname", "")).strip().lower()
    tool = _TOOLS.get(tool, tool)
    if tool == "line":
        return Line(tuple(zip(path[::2], path[1::2], strict=True)))
    if tool == "box" or len(path) == 4:
        xs, ys = path[::2], path[1::2]
        return Box(min(xs), min(ys), max(xs), max(ys))
    polygon = from_flat_path(path, drawn_freely=tool == "freehand")
    if tool != "mask":
        return polygon
    painted = shape_of(rasterise(polygon, rows, columns), Mask(0, 0, 1, 1, (0, 1)))
    if painted is None:
        raise ShapeError("a painted mask holds no pixel: paint it again")
    return painted


def read_annotations(content: Mapping[str, Any], code: str) -> tuple[ImageFacts, list[tuple[Lesion, Shape]]]:
    """The image and lesions of a JSON file that has no defects.

    Args:
        content: of the file.
        code: XRY, CCT or PCT.

    Raises:
        ShapeError: coordinates are no shape.
    """
    image = content["images"][0]
    facts = ImageFacts(
        str(image["file_name"]).removesuffix(".dcm"),
        image["patient_id"],
        image["series_id"],
        image["image_id"],
        int(image["width"]),
        int(image["height"]),
        image["date_captured"],
        image["manufacturer"],
        field_value(image, MODEL_NAME) or "",
    )
    lesions = []
    for entry in content["annotations"]:
        shape = shape_of_annotation(entry, facts.height, facts.width)
        number, category = int(entry["id"]), int(entry["category_id"])
        lesions.append((Lesion(f"{code}-{number}", number, category), shape))
    return facts, lesions


def close(first: Sequence[float], second: Sequence[float], within: float) -> bool:
    """Whether numbers are the same within a distance.

    Example:
        >>> close([1.0, 2.0], [1.4, 2.0], 0.5)
        True
    """
    return len(first) == len(second) and all(
        math.isclose(one, other, rel_tol=0, abs_tol=within) for one, other in zip(first, second, strict=True)
    )


__all__ = [
    "ImageFacts",
    "Polygon",
    "close",
    "coordinates_of",
    "frames_of",
    "guideline_content",
    "json_defects",
    "read_annotations",
    "shape_of_annotation",
]
