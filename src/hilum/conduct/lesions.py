"""Where lesions are, from a table, as pictures of what was marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.errors import ImageError, ReadingsError
from hilum.evaluation.inputs.marks import split_marks, with_mask_paths
from hilum.image import read_display
from hilum.study import read_table

# A point without a size is as large as a finger on the screen: a thirtieth of the longer side around it.
_POINT = 1 / 30


@dataclass(frozen=True)
class Lesions:
    """Marks by case.

    Attributes:
        marks: By case, rows of `x`, `y`, `width`, `height`, `diameter`, `mask`, `class`, `image`, as far as
            the table has them.
    """

    marks: Mapping[str, pd.DataFrame]

    def marked(
        self, case: str, shape: tuple[int, int], image: str = "", finding: str = ""
    ) -> NDArray[np.bool_]:
        """What was marked in one image of a case.

        Args:
            case: The case.
            shape: Rows and columns of its image.
            image: The image's path, where marks name images.
            finding: The finding that is asked for, where marks have a `class`.

        Returns:
            (rows, columns), true inside of lesions.

        Raises:
            ReadingsError: A mask cannot be read or has another size than its image.

        Example:
            >>> box = pd.DataFrame({"x": [1.0], "y": [0.0], "width": [2.0], "height": [1.0]})
            >>> Lesions({"a": box}).marked("a", (2, 4)).astype(int).tolist()
            [[0, 1, 1, 0], [0, 0, 0, 0]]
        """
        found = np.zeros(shape, dtype=np.bool_)
        for mark in self.marks.get(case, pd.DataFrame()).to_dict("records"):
            named = str(mark.get("image", "") or "")
            elsewhere = named not in {"", case} and image and Path(named).name != Path(image).name
            if elsewhere or (finding and mark.get("class", finding) not in {"", finding}):
                continue
            found |= _from_mask(str(mark["mask"]), shape) if mark.get("mask") else _from_place(mark, shape)
        return found


def read_lesions(path: Path) -> Lesions:
    """Read a table of lesions as `hilum evaluate` reads it.

    Raises:
        ReadingsError: A column is missing, or a place or a mask's path cannot be.
        StudyFileError: The table cannot be read.
    """
    table = with_mask_paths(read_table(path), path.parent)
    columns = [name for name in ("patient", "part") if name in table.columns]
    kind = "segmentation" if "mask" in table.columns else "detection"
    _, marks = split_marks(table.drop(columns=columns), kind)
    return Lesions({str(case): rows for case, rows in marks.groupby("case")})


def _from_place(mark: Mapping[object, object], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """A box by its left upper corner, or a disc by its centre."""
    numbers = {name: float(str(mark.get(name, "nan"))) for name in ("x", "y", "width", "height", "diameter")}
    rows, columns = np.mgrid[: shape[0], : shape[1]] + 0.5
    across, down = columns - numbers["x"], rows - numbers["y"]
    if np.isfinite(numbers["width"]) and np.isfinite(numbers["height"]):
        wide = (across >= 0) & (across < numbers["width"])
        return np.asarray(wide & (down >= 0) & (down < numbers["height"]))
    size = numbers["diameter"] if np.isfinite(numbers["diameter"]) else 2 * _POINT * max(shape)
    return np.asarray(across**2 + down**2 <= (size / 2) ** 2)


def _from_mask(path: str, shape: tuple[int, int]) -> NDArray[np.bool_]:
    try:
        mask = read_display(path)
    except ImageError:
        raise ReadingsError(f"the mask {Path(path).name} cannot be read: save it as PNG") from None
    if mask.shape != shape:
        raise ReadingsError(
            f"the mask {Path(path).name} has {mask.shape[0]} x {mask.shape[1]} pixels and its image "
            f"{shape[0]} x {shape[1]}: draw masks on the images themselves"
        )
    return np.asarray(mask > 0)
