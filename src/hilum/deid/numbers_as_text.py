"""Binary numbers whose bytes are writing."""

import re
import struct

from pydicom.datadict import dictionary_VM
from pydicom.dataelem import DataElement

_LETTERS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "UV": "Q", "SV": "q", "FL": "f", "FD": "d", "AT": "H"}
_WRITING = re.compile(rb"[A-Za-z^=., \-']{6,}\0?")
_SIGNS = re.compile(r"[\\^=., \-'()]+")
_SHORTEST, _LONG = 6, 12


def is_writing(element: DataElement) -> bool:
    """Whether the bytes of binary numbers are letters of somebody's writing, not numbers.

    Where there are more numbers than the attribute may have (PS3.6), any readable text counts as writing;
    else only letters, which numbers hardly ever look like: they have zeros, or bytes that are no letters.

    Example:
        >>> is_writing(DataElement(0x00280002, "US", list(struct.unpack("<4H", b"GILDONG "))))
        True
        >>> is_writing(DataElement(0x00280002, "US", 1))
        False
    """
    several = element.value if isinstance(element.value, list | tuple) or element.VM > 1 else [element.value]
    numbers = [number for number in several if isinstance(number, int | float)]
    if not numbers:
        return False
    looks = _is_text if len(numbers) > _most_values(element) else _is_words
    return any(looks(data) for data in _packed(element, numbers))


def may_be_writing(data: bytes, size: int) -> bool:
    """Whether the bytes of binary numbers must be looked at: there are several, or they are letters.

    Args:
        data: the value as it stands in the file.
        size: bytes of one number.

    Example:
        >>> may_be_writing(struct.pack("<d", 3.5), 8), may_be_writing(b"GILDONG ", 8)
        (False, True)
    """
    if len(data) < _SHORTEST:
        return False
    return len(data) != size or any(_WRITING.fullmatch(way) for way in (data, data[::-1]))


def _most_values(element: DataElement) -> float:
    most = dictionary_VM(element.tag).split("-")[-1]
    return float(most) if most.isdigit() else float("inf")


def _packed(element: DataElement, numbers: list[int | float]) -> list[bytes]:
    """The bytes in both orders; a tag is two numbers."""
    if element.VR == "AT":
        numbers = [half for number in numbers for half in divmod(int(number), 1 << 16)]
    letters = f"{len(numbers)}{_LETTERS[str(element.VR)]}"
    try:
        return [struct.pack(order + letters, *numbers) for order in "<>"]
    except (struct.error, OverflowError):
        return []


def _is_words(data: bytes) -> bool:
    """Whether bytes are letters alone, or, where they are more, mostly letters of any script in UTF-8."""
    if _WRITING.fullmatch(data):
        return True
    try:
        text = data.rstrip(b"\0 ").decode("utf-8")
    except UnicodeDecodeError:
        return False
    letters = sum(map(str.isalpha, text))
    return (
        len(data) >= _LONG
        and letters >= _SHORTEST
        and _SIGNS.sub("", text).isalnum()
        and 2 * letters > len(text)
    )


def _is_text(data: bytes) -> bool:
    for encoding in ("utf-8", "cp949"):
        try:
            text = data.rstrip(b"\0 ").decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(data) >= _SHORTEST and text.isprintable() and sum(map(str.isalnum, text)) >= _SHORTEST // 2:
            return True
    return False
