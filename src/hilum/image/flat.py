"""PNG and JPEG, by Pillow."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from hilum.dicom import quietly
from hilum.errors import ImageError

_LUMINANCE = np.array([0.299, 0.587, 0.114])
_ORIENTATION = 0x0112
_TAIL = 1024
_DAMAGED = "is cut or damaged and cannot be read; replace it"
_BOMB = "is refused: it claims more pixels than any radiograph has"


def read_flat(path: Path | str) -> NDArray[Any]:
    """Read a PNG or JPEG exactly as stored, turned upright where EXIF says how it was held.

    Args:
        path: the file.

    Returns:
        (rows, columns) for grey, (rows, columns, 3) for colour; uint8, or uint16 for 16-bit grey PNG. A
        palette becomes colour, one bit becomes 0 and 255, transparency is left out.

    Raises:
        ImageError: the file is cut, damaged, larger than Pillow's limit for decompression bombs, or of a
            kind, such as CMYK, whose grey values are not defined.
    """
    try:
        with quietly():
            return _decoded(Path(path).read_bytes())
    except FileNotFoundError as error:
        raise ImageError(f"{path} does not exist") from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"{path} {_BOMB}") from error
    except ImageError as error:
        raise ImageError(f"{path} {error}") from None
    except Exception as error:  # Pillow raises nearly anything on broken files
        raise ImageError(f"{path} {_DAMAGED}") from error


def _decoded(content: bytes) -> NDArray[Any]:
    with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as image:
        if image.format == "PNG" and b"IEND" not in content[-_TAIL:]:  # Pillow takes it for whole
            raise ImageError(_DAMAGED)
        return _pixels(image)


def _pixels(image: Image.Image) -> NDArray[Any]:
    if image.width * image.height > (Image.MAX_IMAGE_PIXELS or 0):
        raise ImageError(_BOMB)
    if image.format == "JPEG" and image.getexif().get(_ORIENTATION, 1) != 1:
        image = ImageOps.exif_transpose(image)
    mode = image.mode
    if mode in ("L", "RGB", "I;16"):
        return np.asarray(image)
    if mode in ("I", "I;16B"):  # 16-bit grey PNG in older Pillow
        return np.asarray(image).astype(np.uint16)
    if mode in ("1", "LA"):
        return np.asarray(image.convert("L"))
    if mode in ("P", "PA", "RGBA", "YCbCr"):
        return np.asarray(image.convert("RGBA" if mode == "PA" else "RGB"))[..., :3]
    raise ImageError(f"cannot be used: its colours are {mode}; grey and RGB can be read")


def grey(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """Return pixels as grey from 0 to 1; colour as luminance, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).

    Args:
        pixels: (rows, columns) or (rows, columns, 3), uint8 or uint16.

    Example:
        >>> grey(np.array([[0, 255]], np.uint8)).tolist()
        [[0.0, 1.0]]
    """
    highest = np.float32(np.iinfo(pixels.dtype).max)
    if pixels.ndim == 3:
        weights = _LUMINANCE.astype(np.float32)
        values = np.einsum("rcs,s->rc", pixels.astype(np.float32), weights)
        return np.asarray(np.minimum(values / highest, 1.0), np.float32)
    return np.asarray(pixels.astype(np.float32) / highest)
