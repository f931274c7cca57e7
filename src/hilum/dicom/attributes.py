"""Values out of a header that may be empty, several or nonsense."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pydicom.dataset import Dataset

from hilum.dicom.quiet import quietly
from hilum.errors import ImageError


def text(dataset: Dataset, keyword: str) -> str:
    """Return an attribute as text; empty where it is absent or cannot be read; the first of several.

    Example:
        >>> text(Dataset(), "Modality")
        ''
    """
    value = value_of(dataset, keyword)
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = value[0] if value else None
    return "" if value is None else str(value).strip()


def number(dataset: Dataset, keyword: str) -> float | None:
    """Return an attribute as a finite number, the first of several; None where there is none.

    Example:
        >>> number(Dataset(), "SliceThickness") is None
        True
    """
    values = numbers(dataset, keyword)
    return values[0] if values else None


def numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Return an attribute as finite numbers; empty where one of them is none.

    Example:
        >>> dataset = Dataset()
        >>> dataset.PixelSpacing = [0.5, 0.25]
        >>> numbers(dataset, "PixelSpacing")
        (0.5, 0.25)
    """
    value = value_of(dataset, keyword)
    if value is None or isinstance(value, bytes):
        return ()
    parts = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    try:
        found = tuple(float(part) for part in parts)
    except (TypeError, ValueError):
        return ()
    return found if all(math.isfinite(part) for part in found) else ()


def whole(dataset: Dataset, keyword: str, default: int | None = None) -> int:
    """Return an attribute as a whole number.

    Raises:
        ImageError: it is absent and there is no default, it has several values, or it is no whole number.

    Example:
        >>> whole(Dataset(), "NumberOfFrames", 1)
        1
    """
    values = numbers(dataset, keyword)
    if len(values) > 1:
        raise ImageError(f"{keyword} has {len(values)} values, not one")
    value = values[0] if values else None
    if value is None:
        if default is None:
            raise ImageError(f"its header has no readable {keyword}")
        return default
    if value != int(value):
        raise ImageError(f"{keyword} is {value}, not a whole number")
    return int(value)


def items(dataset: Dataset, keyword: str) -> list[Dataset]:
    """Return the items of a sequence; empty where it is absent or cannot be read.

    Example:
        >>> items(Dataset(), "VOILUTSequence")
        []
    """
    value = value_of(dataset, keyword)
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return []
    return [item for item in value if isinstance(item, Dataset)]


def value_of(dataset: Dataset, keyword: str) -> Any:
    """Return what pydicom makes of an attribute; None where a broken value makes it raise."""
    with quietly():
        try:
            return dataset.get(keyword)
        except Exception:  # noqa: BLE001
            return None


@contextmanager
def named(dataset: Dataset) -> Iterator[None]:
    """Let an ImageError say which file it is about.

    Example:
        >>> with named(Dataset()):
        ...     raise ImageError("it holds no pixel data")
        Traceback (most recent call last):
        hilum.errors.ImageError: the DICOM data set cannot be used: it holds no pixel data
    """
    try:
        yield
    except ImageError as error:
        filename = getattr(dataset, "filename", None)
        name = str(filename) if filename else "the DICOM data set"
        raise ImageError(f"{name} cannot be used: {error}") from error.__cause__
