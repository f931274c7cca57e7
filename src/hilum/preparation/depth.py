"""How deep a file's grey scale is."""

from pathlib import Path

from hilum.dicom import read_dataset
from hilum.errors import ImageError


def stored_bits(path: Path) -> int:
    """Bits of grey that a file holds, read from its header.

    Args:
        path: an image file.

    Returns:
        8 for JPEG and PNG of 8 bits, 16 for PNG of 16 bits, NIfTI and series, Bits Stored (0028,0101) for
        DICOM; 16 where the header does not say.

    Example:
        >>> stored_bits(Path("film.jpeg"))
        8
    """
    suffix = path.suffix.lower()
    if path.is_dir():
        return 16
    if suffix in {".jpg", ".jpeg"}:
        return 8
    if suffix == ".png":
        from PIL import Image

        with Image.open(path) as picture:
            return 16 if picture.mode.startswith("I") else 8
    if suffix in {".nii", ".gz"}:
        return 16
    try:
        return int(read_dataset(path, stop_before_pixels=True).get("BitsStored", 16))
    except (ImageError, TypeError, ValueError):
        return 16
