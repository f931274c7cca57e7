"""Small pictures of the archive's images, kept on the disk; images of the archive identify nobody."""

import hashlib
import io
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from hilum.archive import Archive
from hilum.files import replaced_when_done

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORM = 1
"""Of the pictures; another number makes all of them anew."""
THUMBNAIL_SIZES = (64, 128, 256, 512)
"""Of the longer side; a picture of another size is the next larger one, so that few are kept."""
_AT_ONCE = threading.Semaphore(2)
_QUALITY = 85


def thumbnail(archive: Archive, image: str, pixels: str, size: int, folder: Path) -> Path:
    """Where the small picture of an image lies; it is made where it is not there yet.

    Args:
        archive: holds the image.
        image: its path, as the index has it.
        pixels: the digest of its pixels.
        size: of the longer side, in pixels.
        folder: where small pictures are kept.

    Raises:
        ImageError: the image cannot be shown.
        OSError: it cannot be read, or the disk is full.
    """
    path = folder / picture_name(image, pixels, size)
    if path.is_file():
        return path
    with _AT_ONCE:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = _jpeg(displayed(archive.path(image)), size)
        with replaced_when_done(path) as temporary:
            temporary.write_bytes(content)
    return path


def picture_name(image: str, pixels: str, size: int) -> str:
    """The name of a small picture, always the same for the same image.

    Example:
        >>> picture_name("P1/a.dcm", "00", 128)
        '59/594b84a2c1d999a18ca46e33aadf798f.jpg'
    """
    name = hashlib.sha256(f"{FORM} {size} {pixels} {image}".encode()).hexdigest()[:32]
    return f"{name[:2]}/{name}.jpg"


def displayed(path: Path) -> "NDArray[np.float32]":
    """An image as a doctor sees it, grey from 0 to 1; of several frames the one in the middle.

    Raises:
        ImageError: it cannot be shown.
    """
    from hilum.dicom import decode, read_dataset
    from hilum.image import read_display
    from hilum.image.nuclear import is_nuclear

    dataset = read_dataset(path, stop_before_pixels=True)
    if is_nuclear(dataset) or int(dataset.get("NumberOfFrames", 1) or 1) == 1:
        return read_display(path)
    pixels = decode(read_dataset(path))
    return pixels.display(pixels.frames // 2)


def _jpeg(picture: "NDArray[np.float32]", size: int) -> bytes:
    import numpy as np
    from PIL import Image

    grey = Image.fromarray(np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8))
    grey.thumbnail(
        (size, size), Image.Resampling.BOX if min(grey.size) > 4 * size else Image.Resampling.LANCZOS
    )
    file = io.BytesIO()
    grey.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
