"""Space has one type: an array, an affine, a frame of reference."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ImageError


@dataclass(frozen=True, eq=False)
class Volume:
    """An image in space. A single picture is a volume of one slice.

    Attributes:
        array: (slices, rows, columns), or (slices, rows, columns, 3) in colour; for NIfTI the first three
            axes as the file has them. Values are what was measured, such as Hounsfield units, not grey levels
            of a display.
        affine: 4 x 4, from array indices (first, second, third, 1) to millimetres (x, y, z, 1), in patient
            coordinates that grow to the left, posterior and superior (LPS, PS3.3 section C.7.6.2.1.1) where
            `in_patient`, else in the plane of the picture. None where the file gives no millimetres.
        frame_of_reference: UID shared by images of one coordinate system; None where there is none.
        in_patient: whether the affine leads into the patient.
        spacing_source: the attribute that distances come from, such as `PixelSpacing`; empty where there is
            none.
        notes: what a reader of distances should know.

    Raises:
        ImageError: array or affine have another form, or the affine is singular or not finite.

    Example:
        >>> volume = Volume(np.zeros((2, 4, 4)), np.diag([5.0, 0.5, 0.5, 1.0]))
        >>> volume.spacing
        (5.0, 0.5, 0.5)
    """

    array: NDArray[Any]
    affine: NDArray[np.float64] | None = None
    frame_of_reference: str | None = None
    in_patient: bool = False
    spacing_source: str = ""
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.array.ndim not in (3, 4) or self.array.size == 0:
            raise ImageError(f"shape {self.array.shape} is no volume: slices, rows and columns are needed")
        if self.affine is None:
            if self.in_patient:
                raise ImageError("a volume without an affine cannot have a place in the patient")
            return
        affine = np.array(self.affine, dtype=np.float64)
        if affine.shape != (4, 4) or not np.array_equal(affine[3], [0, 0, 0, 1]):
            raise ImageError("the affine of a volume is 4 x 4 with the last row 0, 0, 0, 1")
        if not np.isfinite(affine).all() or abs(np.linalg.det(_directions(affine))) < 1e-6:
            raise ImageError("the affine of a volume is singular: its axes do not span space")
        affine.flags.writeable = False
        object.__setattr__(self, "affine", affine)

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many slices, rows and columns there are."""
        slices, rows, columns = self.array.shape[:3]
        return slices, rows, columns

    @property
    def spacing(self) -> tuple[float, float, float] | None:
        """Millimetres from one index to the next, for each axis; None where there are no millimetres."""
        if self.affine is None:
            return None
        first, second, third = np.linalg.norm(self.affine[:3, :3], axis=0).tolist()
        return first, second, third

    @property
    def origin(self) -> tuple[float, float, float] | None:
        """Where the centre of the first voxel lies, in millimetres; None where there are no millimetres."""
        if self.affine is None:
            return None
        x, y, z = self.affine[:3, 3].tolist()
        return x, y, z

    @property
    def orientation(self) -> str | None:
        """Where each axis leads, one letter for each: L or R, P or A, S or I; None outside the patient.

        Oblique axes get the letter of the nearest. `SPL` is an axial CT whose slices go up.

        Example:
            >>> volume = Volume(np.zeros((2, 2, 2)), np.diag([1.0, 1.0, 1.0, 1.0]), in_patient=True)
            >>> volume.orientation
            'LPS'
        """
        if self.affine is None or not self.in_patient:
            return None
        remaining = _directions(self.affine)
        letters = ["", "", ""]
        for _ in range(3):
            place, axis = np.unravel_index(np.abs(remaining).argmax(), (3, 3))
            letters[axis] = "RAI"[place] if remaining[place, axis] < 0 else "LPS"[place]
            remaining[place, :] = 0.0
            remaining[:, axis] = 0.0
        return "".join(letters)

    def millimetres(self, index: tuple[float, float, float]) -> tuple[float, float, float]:
        """Return where an index lies, in millimetres.

        Raises:
            ImageError: the volume has no millimetres.

        Example:
            >>> Volume(np.zeros((2, 4, 4)), np.diag([5.0, 0.5, 0.5, 1.0])).millimetres((1, 2, 2))
            (5.0, 1.0, 1.0)
        """
        if self.affine is None:
            raise ImageError("the image has no millimetres: its file gives no pixel spacing")
        x, y, z = (self.affine @ np.array([*index, 1.0]))[:3].tolist()
        return x, y, z


def _directions(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """The axes as unit vectors, in columns; an axis of no length stays zero."""
    axes = affine[:3, :3]
    lengths = np.linalg.norm(axes, axis=0)
    return np.asarray(axes / np.where(lengths > 0, lengths, 1.0))
