"""Reading DICOM: every file within limits, every pixel exact, every position in millimetres."""

from hilum.dicom.digest import array_digest, pixel_digest
from hilum.dicom.limits import LIMITS, ReadLimits
from hilum.dicom.pixels import DicomPixels, decode
from hilum.dicom.placing import Geometry, geometry
from hilum.dicom.quiet import quietly
from hilum.dicom.reading import read_dataset
from hilum.dicom.signature import is_dicom
from hilum.dicom.view import view_position
from hilum.dicom.windows import Window

__all__ = [
    "LIMITS",
    "DicomPixels",
    "Geometry",
    "ReadLimits",
    "Window",
    "array_digest",
    "decode",
    "geometry",
    "is_dicom",
    "pixel_digest",
    "quietly",
    "read_dataset",
    "view_position",
]
