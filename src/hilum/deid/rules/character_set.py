"""The character set."""

from pydicom.dataset import Dataset

from hilum.deid.case import Case
from hilum.deid.rule import FileRule


def _declare(_case: Case, dataset: Dataset) -> None:
    dataset.SpecificCharacterSet = "ISO_IR 192"


CHARACTER_SET = FileRule(
    "character set",
    "The character set is declared as UTF-8, which holds everything that remains.",
    "PS3.3 section C.12.1.1.2",
    _declare,
)
