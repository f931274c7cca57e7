"""Text inside compressed images."""

from pydicom.dataset import Dataset

from hilum.deid.case import Case
from hilum.deid.rule import FileRule
from hilum.deid.streams import without_text_in_frames


def _blank(_case: Case, dataset: Dataset) -> None:
    syntax = dataset.file_meta.TransferSyntaxUID
    if "PixelData" not in dataset or not syntax.is_compressed:
        return
    value = dataset.PixelData
    cleaned = without_text_in_frames(value, syntax)
    if cleaned is not value:
        dataset["PixelData"].value = cleaned


STREAMS = FileRule(
    "text inside compressed images",
    (
        "Comments, application data and bytes after the end of compressed images are overwritten with zeros, "
        "except what tells how the colours are meant; the pixel values do not change."
    ),
    "PS3.5 section A.4; PS3.15 section E.3.1",
    _blank,
)
