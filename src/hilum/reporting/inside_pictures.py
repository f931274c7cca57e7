"""Kernels and feature maps as PNG, tile by tile, fit to print."""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from hilum.errors import ReportError

TILE, GAP, COLUMNS, DOTS_PER_INCH = 200, 14, 8, 300
_LABEL = 34
# Okabe and Ito's blue and vermilion, which the colour-blind can tell apart, with white for 0 between.
_BELOW, _ABOVE = np.array([0, 114, 178]) / 255, np.array([213, 94, 0]) / 255

Maps = NDArray[np.float32]


def tiles(maps: Maps, labels: Sequence[str] = (), *, largest: float | None = None, tile: int = TILE) -> bytes:
    """Maps side by side as a PNG of 300 dots an inch, all on one scale.

    Where a value is below 0: blue below, white at 0, vermilion above. Else black at 0, white at the largest.

    Args:
        maps: (n, rows, columns).
        labels: what stands under each.
        largest: the value, without its sign, of full colour; None = the largest there is.
        tile: pixels of a map's side.

    Returns:
        A PNG file; the same bytes for the same maps.

    Raises:
        ReportError: there is nothing to show.

    Example:
        >>> tiles(np.zeros((2, 3, 3), np.float32))[1:4]
        b'PNG'
    """
    if maps.ndim != 3 or maps.size == 0:
        raise ReportError(f"maps of shape {maps.shape} cannot be shown: give (maps, rows, columns)")
    colours = coloured(maps, largest)
    columns = min(COLUMNS, len(maps))
    below, gap = (_LABEL * tile // TILE if labels else 0), max(GAP * tile // TILE, 4)
    down = -(-len(maps) // columns)
    size = (columns * (tile + gap) - gap, down * (tile + gap + below) - gap)
    sheet = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=max(24 * tile // TILE, 11))
    for number, colour in enumerate(colours):
        left, top = (number % columns) * (tile + gap), (number // columns) * (tile + gap + below)
        sheet.paste(_tile(colour, tile), (left, top))
        if labels:
            pen.text((left, top + tile + 2), labels[number], fill="#1a1a1a", font=font)
    return _png(sheet)


def coloured(maps: Maps, largest: float | None = None) -> NDArray[np.uint8]:
    """Maps as colours, (..., 3); see `tiles`.

    Example:
        >>> coloured(np.array([[[-1.0, 0.0, 1.0]]], np.float32)).tolist()
        [[[[0, 114, 178], [255, 255, 255], [213, 94, 0]]]]
    """
    values = np.nan_to_num(maps.astype(np.float64))
    full = float(np.abs(values).max()) if largest is None else largest
    share = np.clip(values / (full or 1.0), -1, 1)[..., np.newaxis]
    if (values < 0).any():
        colour = np.where(share < 0, 1 + (1 - _BELOW) * share, 1 - (1 - _ABOVE) * share)
    else:
        colour = np.repeat(share, 3, axis=-1)
    return np.asarray(np.round(255 * colour), np.uint8)


def _tile(colour: NDArray[np.uint8], tile: int) -> Image.Image:
    """One map in a square: few pixels stay to be seen, many are averaged."""
    rows, columns = colour.shape[:2]
    scale = tile / max(rows, columns)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    how = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.BOX
    square = Image.new("RGB", (tile, tile), "#d9d6d0")
    small = Image.fromarray(colour).resize(size, how)
    square.paste(small, ((tile - size[0]) // 2, (tile - size[1]) // 2))
    return square


def _png(sheet: Image.Image) -> bytes:
    stream = io.BytesIO()
    sheet.save(stream, format="PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return stream.getvalue()
