"""Pixels and large tables of numbers in objects that are no pictures."""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from hilum.deid.attributes import plain
from hilum.deid.case import Case
from hilum.deid.objects import PIXELS, may_have_pixels
from hilum.deid.rule import ElementRule, Verdict

_NUMBERS = {"FloatPixelData": 4, "DoubleFloatPixelData": 8, "VectorGridData": 4}


def _judge(_case: Case, dataset: Dataset, element: DataElement) -> Verdict | None:
    keyword = element.keyword
    if keyword not in (*PIXELS, "VectorGridData"):
        return None
    if keyword == "VectorGridData":
        size = _product(dataset, "GridDimensions") * 3
    elif not hasattr(dataset, "file_meta") or not may_have_pixels(keyword, plain(dataset, "SOPClassUID")):
        return Verdict.REMOVE
    elif keyword == "PixelData":
        return None
    else:
        frames = int(plain(dataset, "NumberOfFrames") or 1)
        size = frames * int(dataset.Rows) * int(dataset.Columns)
    element.value = bytes(element.value or b"")[: size * _NUMBERS[keyword]]
    return Verdict.KEEP


def _product(dataset: Dataset, keyword: str) -> int:
    product = 1
    for number in dataset.get(keyword) or (0,):
        product *= int(number)
    return product


OBJECT_PIXELS = ElementRule(
    "pixels of objects that are no pictures",
    (
        "Pixels are kept in images, segmentations, doses and parametric maps, exactly as many as the header "
        "says, and removed from objects of other kinds; deformation fields of registrations are kept."
    ),
    "PS3.3 sections C.7.6.3, C.7.6.24, C.20.3",
    _judge,
    lambda: (*PIXELS, "VectorGridData"),
)
