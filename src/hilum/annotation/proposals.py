"""What a model found, as shapes to propose: from its table of readings, or from the map of an image."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hilum.annotation.categories import categories_of, right_spelling
from hilum.annotation.coco import FoundShape
from hilum.annotation.outlines import outline
from hilum.annotation.shapes import Box
from hilum.errors import ReadingsError

if TYPE_CHECKING:
    import pandas as pd

_SUFFIXES = (".csv", ".parquet", ".xlsx")


def is_readings(file: Path) -> bool:
    """Whether a file is a table, by its name.

    Example:
        >>> is_readings(Path("resnet18.csv"))
        True
    """
    return file.suffix.lower() in _SUFFIXES


def shapes_of_readings(table: "pd.DataFrame", code: str) -> list[FoundShape]:
    """Boxes of a table of lesions: `image`, `x`, `y`, `width`, `height` or `diameter`, `score`, `class`.

    A row with a diameter is the box around its disc, whose centre is x, y; `frame` is the number of the frame
    in a file with several, from 1. A class is understood by the
    guideline's name, in Korean or English, or by its number; others are left to a person.

    Args:
        table: one row a lesion.
        code: XRY, CCT or PCT.

    Raises:
        ReadingsError: a column is missing, or a number cannot be read.

    Example:
        >>> import pandas as pd
        >>> row = {"image": "a.dcm", "x": 4, "y": 5, "width": 3, "height": 2, "score": 0.7}
        >>> shapes_of_readings(pd.DataFrame([row]), "XRY")[0].shape
        Box(x1=4.0, y1=5.0, x2=7.0, y2=7.0)
    """
    import pandas as pd

    sized = {"width", "height"} <= set(table.columns) or "diameter" in table.columns
    if not {"image", "x", "y"} <= set(table.columns) or not sized:
        raise ReadingsError(
            "a table of lesions to propose needs the columns image, x, y, and width and height or diameter"
        )
    numbers = {
        name: pd.to_numeric(table[name], errors="coerce").to_numpy(np.float64)
        if name in table.columns
        else np.full(len(table), np.nan)
        for name in ("x", "y", "width", "height", "diameter", "score", "frame")
    }
    found = []
    for place, image in enumerate(table["image"].astype(str)):
        x, y, width, height, across, score, frame = (numbers[name][place] for name in numbers)
        if np.isfinite(across) and not np.isfinite(width):
            x, y, width, height = x - across / 2, y - across / 2, across, across
        if not np.isfinite([x, y, width, height]).all() or min(width, height) <= 0:
            raise ReadingsError(f"row {place + 1} of the table has no place or no size: correct it")
        shape = Box(float(x), float(y), float(x + width), float(y + height))
        named = str(table["class"].iloc[place]) if "class" in table.columns else ""
        number = int(frame) if np.isfinite(frame) and frame >= 1 else 0
        found.append(FoundShape(image, shape, _category(named, code), "", _score(float(score)), number))
    return found


def _category(named: str, code: str) -> int | None:
    name = right_spelling(named.strip())
    known = {word: one.id for one in categories_of(code) for word in (one.name, one.english, str(one.id))}
    return known.get(name)


def _score(score: float) -> float | None:
    return score if np.isfinite(score) else None


def shapes_of_map(
    image: str, values: NDArray[np.floating], threshold: float, smallest: int = 9
) -> list[FoundShape]:
    """Places of a model's map that lie above a threshold, outlined; each has the highest value as its score.

    Args:
        image: as the archive names it, or its SOP Instance UID.
        values: (rows, columns) of the map, in the size of the image.
        threshold: what lies at or above it is proposed.
        smallest: places of fewer pixels are left out.

    Returns:
        Polygons without category, the highest first.

    Example:
        >>> values = np.zeros((8, 8))
        >>> values[2:5, 1:6] = 0.8
        >>> [(one.shape.bounds, one.score) for one in shapes_of_map("a", values, 0.5)]
        [((1.0, 2.0, 6.0, 5.0), 0.8)]
    """
    from scipy.ndimage import label

    places, count = label(values >= threshold, structure=np.ones((3, 3)))
    found = []
    for number in range(1, count + 1):
        pixels = places == number
        around = outline(pixels)
        if around is not None and pixels.sum() >= smallest:
            found.append(FoundShape(image, around, None, "", float(values[pixels].max())))
    return sorted(found, key=lambda one: -(one.score or 0))
