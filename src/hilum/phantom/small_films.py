"""Films as small pictures without DICOM around them, for experiments with networks."""

from dataclasses import dataclass

import cv2
import numpy as np

from hilum.phantom.anatomy import Person
from hilum.phantom.film import render_film

# The film is made this many times finer and averaged, as a reader's pipeline makes a small picture of a large
# film; a film projected straight onto large pixels would show aliases of ribs and vessels.
FINER = 4


@dataclass(frozen=True)
class SmallFilm:
    """What one small picture is to be; equal orders give equal bytes.

    Attributes:
        relative_path: where it goes.
        person: age, sex, view, what is on the film.
        seed: of anatomy, place of the disease, exposure, position and noise.
        rows: height in pixels.
        columns: width in pixels.

    Example:
        >>> SmallFilm("1.png", Person(60, "M", "PA", 0.3), seed=(1, 2), rows=96, columns=81).rows
        96
    """

    relative_path: str
    person: Person
    seed: tuple[int, ...]
    rows: int
    columns: int


def png_bytes(order: SmallFilm) -> bytes:
    r"""Make one small film as an 8-bit grey PNG.

    Example:
        >>> order = SmallFilm("1.png", Person(60, "M", "PA", 0.3), seed=(1, 2), rows=64, columns=54)
        >>> png_bytes(order)[:4]
        b'\x89PNG'
    """
    film = render_film(order.person, order.seed, FINER * order.rows, FINER * order.columns)
    small = cv2.resize(film.picture, (order.columns, order.rows), interpolation=cv2.INTER_AREA)
    return cv2.imencode(".png", np.rint(255 * small).astype(np.uint8))[1].tobytes()
