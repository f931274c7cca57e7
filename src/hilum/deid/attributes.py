"""Reading single attributes of a header that may be broken."""

from collections.abc import Iterator
from typing import Any

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset


def plain(dataset: Dataset, keyword: str) -> str:
    """An attribute as text without padding; the first of several; empty where it is absent or unreadable.

    Example:
        >>> source = Dataset()
        >>> source.PatientID = " 00123 "
        >>> plain(source, "PatientID")
        '00123'
    """
    try:
        value = dataset.get(keyword)
    except Exception:  # noqa: BLE001 - a broken value raises nearly anything
        return ""
    found = values(value)
    return found[0] if found else ""


def values(value: Any) -> list[str]:
    """The values of an element as texts without padding, empty ones left out.

    Example:
        >>> values(["ORIGINAL", "PRIMARY "]), values(None)
        (['ORIGINAL', 'PRIMARY'], [])
    """
    if value is None or isinstance(value, bytes):
        return []
    several = value if isinstance(value, (list, tuple)) or type(value).__name__ == "MultiValue" else [value]
    return [text for text in (str(part).strip(" \0\t\r\n") for part in several) if text]


def elements(dataset: Dataset) -> Iterator[tuple[int, DataElement | None]]:
    """Every data element of one level in order; None in place of one that pydicom cannot understand.

    Example:
        >>> source = Dataset()
        >>> source.Modality = "CT"
        >>> [(hex(tag), element.value) for tag, element in elements(source)]
        [('0x80060', 'CT')]
    """
    for tag in sorted(dataset.keys()):
        try:
            yield int(tag), dataset[tag]
        except Exception:  # noqa: BLE001 - a broken value raises nearly anything
            yield int(tag), None
