"""The file meta information."""

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID

from hilum.deid.case import Case
from hilum.deid.rule import FileRule

IMPLEMENTATION = UID("2.25.302134712219764413158927131871327346")


def _rebuild(_case: Case, dataset: Dataset) -> None:
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
    meta.ImplementationClassUID = IMPLEMENTATION
    meta.ImplementationVersionName = "HILUM"
    dataset.file_meta = meta
    dataset.preamble = bytes(128)


FILE_META = FileRule(
    "file meta information",
    (
        "The 128 bytes before the file meta information are zeroed, and the file meta information is "
        "written anew from the cleaned data set: no names of network nodes, no private information."
    ),
    "PS3.10 section 7.1; PS3.15 table E.1-1, (0002,0003): U",
    _rebuild,
)
