"""A cleaned data set as the bytes of a DICOM file."""

from dataclasses import dataclass
from io import BytesIO

from pydicom import dcmwrite
from pydicom.dataset import Dataset

from hilum.deid.objects import PIXELS


@dataclass(frozen=True)
class Written:
    """The bytes of a DICOM file.

    Attributes:
        data: the whole file.
        pixels_at: where its pixel data begins; the length of the file where that cannot be told (deflated
            files).
    """

    data: bytes
    pixels_at: int


def write(dataset: Dataset) -> Written:
    """Write a data set with its file meta information in its own transfer syntax.

    The same data set always gives the same bytes.

    Example:
        >>> from hilum.deid import ResearchKeys, deidentify
        >>> from hilum.deid.example import example_file
        >>> deidentify(example_file(), ResearchKeys(bytes(32))).data[128:132]
        b'DICM'
    """
    buffer = BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    data = buffer.getvalue()
    element = next((dataset.get_item(word) for word in PIXELS if word in dataset), None)
    if element is None or dataset.file_meta.TransferSyntaxUID.is_deflated:
        return Written(data, len(data))
    closing = 8 if dataset.file_meta.TransferSyntaxUID.is_compressed else 0
    return Written(data, len(data) - len(element.value or b"") - closing)
