"""Images: volumes with geometry, pictures as a doctor sees them, other sizes, likeness."""

from hilum.image.display import read_display
from hilum.image.files import SUFFIXES, is_image_file, list_images
from hilum.image.perceptual import perceptual_hash
from hilum.image.reading import read_image
from hilum.image.resizing import resize
from hilum.image.series import list_series, list_volume_files
from hilum.image.slices import Slices, holds_volume, read_picture, read_slices
from hilum.image.volume import Volume

__all__ = [
    "SUFFIXES",
    "Slices",
    "Volume",
    "holds_volume",
    "is_image_file",
    "list_images",
    "list_series",
    "list_volume_files",
    "perceptual_hash",
    "read_display",
    "read_image",
    "read_picture",
    "read_slices",
    "resize",
]
