"""Films and maps of where a model looked as small pictures inside the page."""

import base64
import io

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ReportError

LONGEST_SIDE = 360
QUALITY = 84


def film(picture: NDArray[np.float32], side: int = LONGEST_SIDE) -> str:
    """A grey picture (0 to 1) as a data URI, its longest side at most `side` pixels.

    Raises:
        ReportError: it is not one grey picture.

    Example:
        >>> film(np.zeros((4, 4), dtype=np.float32))[:22]
        'data:image/jpeg;base64'
    """
    return _jpeg(np.repeat(_small(picture, side)[:, :, None], 3, axis=2))


def film_with_map(picture: NDArray[np.float32], found: NDArray[np.float32], side: int = LONGEST_SIDE) -> str:
    """The film with a map laid over it: clear where the map is 0, vermilion where it is 1.

    Args:
        picture: (rows, columns) 0 to 1.
        found: The map, 0 to 1, of any size; it is stretched over the film.
        side: Pixels of the longest side, at most.

    Raises:
        ReportError: one of them is not one grey picture.

    Example:
        >>> film_with_map(np.zeros((4, 4), dtype=np.float32), np.ones((2, 2), dtype=np.float32))[:22]
        'data:image/jpeg;base64'
    """
    return _jpeg(overlaid(_small(picture, side), found))


def overlaid(grey: NDArray[np.float32], found: NDArray[np.float32]) -> NDArray[np.float32]:
    """A grey picture with a map laid over it, (rows, columns, 3) in 0..1.

    Raises:
        ReportError: the map is not one grey picture.

    Example:
        >>> overlaid(np.zeros((2, 2), np.float32), np.zeros((2, 2), np.float32)).shape
        (2, 2, 3)
    """
    heat = _resized(_checked(found), (grey.shape[0], grey.shape[1]))
    weight = (0.62 * np.clip(heat, 0, 1) ** 1.2)[:, :, None]
    # From Okabe-Ito's yellow to vermilion, so that high and low stay apart for the colour-blind.
    cold, hot = np.array([240, 228, 66]) / 255, np.array([213, 94, 0]) / 255
    colour = cold + (hot - cold) * heat[:, :, None]
    return np.asarray(grey[:, :, None] * (1 - weight) + colour * weight, np.float32)


def _checked(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    array = np.asarray(picture, dtype=np.float32)
    if array.ndim != 2 or array.size == 0:
        raise ReportError(
            f"an example's picture has the shape {array.shape}: give one grey picture, rows by columns"
        )
    return np.nan_to_num(array).clip(0, 1)


def _small(picture: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    array = _checked(picture)
    scale = min(1.0, side / max(array.shape))
    size = (max(1, round(array.shape[0] * scale)), max(1, round(array.shape[1] * scale)))
    return _resized(array, size) if size != array.shape else array


def _resized(array: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    from PIL import Image

    larger = size[0] > array.shape[0]
    how = Image.Resampling.BICUBIC if larger else Image.Resampling.BOX
    image = Image.fromarray(array)
    return np.asarray(image.resize((size[1], size[0]), how), dtype=np.float32).clip(0, 1)


def _jpeg(colour: NDArray[np.float32]) -> str:
    from PIL import Image

    stream = io.BytesIO()
    image = Image.fromarray((colour * 255 + 0.5).clip(0, 255).astype(np.uint8))
    image.save(stream, format="JPEG", quality=QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
