"""Where the data elements of a file lie, found without reading their values.

Only what most scanners write is understood: PS3.10 files in explicit or implicit VR little endian with
ascending tags and uncompressed pixels. Everything else is left to the slow path, whose walk and reading are
the reference.
"""

from dataclasses import dataclass
from functools import cache
from struct import Struct

from pydicom.datadict import dictionary_VR

LONGEST_HEADER = 1 << 20
LARGEST_FILE = 64 << 20
PIXEL_DATA = 0x7FE00010
_CHARACTER_SET = 0x00080005
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_UNDEFINED = 0xFFFFFFFF
_DEEPEST = 16
_MOST_ELEMENTS = 20_000
_SHORT = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_SYNTAXES = {b"1.2.840.10008.1.2.1": False, b"1.2.840.10008.1.2": True}
_EXPLICIT = Struct("<HH2sH").unpack_from
_IMPLICIT = Struct("<HHL").unpack_from
_LENGTH = Struct("<L").unpack_from


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The data elements of one file, as bytes.

    Attributes:
        meta: the file meta information by tag: (VR, value).
        implicit: whether the data set is written without VRs.
        elements: every element of the top level but the pixel data, in order: (tag, all of its bytes).
        pixel_header: the bytes of the pixel data element before its value.
        pixels: where the value of the pixel data begins and ends.
        changed: the places in `elements` where it differs from the file before; None where that one has other
            tags.
    """

    meta: dict[int, tuple[str, bytes]]
    implicit: bool
    elements: list[tuple[int, bytes]]
    pixel_header: bytes
    pixels: tuple[int, int]
    changed: frozenset[int] | None = None


class _OddError(Exception):
    """The file is not written in the usual way."""


def skeleton_of(data: bytes, before: Skeleton | None = None) -> Skeleton | None:
    """Find the data elements of a file; None where it is not written in the usual way.

    Args:
        data: the whole file.
        before: another file, probably of the same series: most elements are the same, and are not taken apart
            again.

    Example:
        >>> skeleton_of(b"no DICOM") is None
        True
        >>> from hilum.deid.example import example_file
        >>> from hilum.deid.writing import write
        >>> hex(skeleton_of(write(example_file()).data).elements[0][0])
        '0x80016'
    """
    if data[128:132] != b"DICM" or len(data) > LARGEST_FILE:
        return None
    try:
        meta, start = _meta(data)
        implicit = _SYNTAXES.get(meta.get(0x00020010, ("", b""))[1].rstrip(b"\0 "))
        if implicit is None or _looks_implicit(data, start) is not implicit:
            return None
        if before is not None and before.implicit is implicit:
            followed = _follow(data, start, meta, before)
            if followed is not None:
                return followed
        return _walk(data, start, meta, implicit=implicit)
    except (_OddError, IndexError, KeyError):
        return None
    except Exception as error:
        if type(error).__name__ == "error":  # struct's own: the file ends inside an element
            return None
        raise


def _meta(data: bytes) -> tuple[dict[int, tuple[str, bytes]], int]:
    """The file meta information, and where it ends (PS3.10 section 7.1)."""
    found: dict[int, tuple[str, bytes]] = {}
    position, last = 132, 0
    while data[position : position + 2] == b"\x02\x00":
        tag, start, end = _explicit(data, position)
        if tag <= last or end > len(data) or end > 132 + (1 << 16):
            raise _OddError
        found[tag] = (data[position + 4 : position + 6].decode("ascii"), data[start:end])
        position, last = end, tag
    return found, position


def _walk(data: bytes, start: int, meta: dict[int, tuple[str, bytes]], *, implicit: bool) -> Skeleton:
    size, position, last = len(data), start, 0x0007FFFF
    header_of = _implicit if implicit else _explicit
    elements: list[tuple[int, bytes]] = []
    pixel_header, pixels = b"", (0, 0)
    while position < size:
        tag, value, end = header_of(data, position)
        if tag == PIXEL_DATA:
            pixel_header, pixels = data[position:value], (value, end)
        elif tag <= last or tag >> 16 == 0xFFFE:
            raise _OddError
        else:
            if end - value == _UNDEFINED:
                end = _end_of_sequence(data, position, value, implicit=implicit)
            elements.append((tag, data[position:end]))
        if tag <= last or end > size:
            raise _OddError
        position, last = end, tag
    header = size - (pixels[1] - pixels[0])
    if not pixel_header or pixels[1] - pixels[0] == _UNDEFINED or header > LONGEST_HEADER:
        raise _OddError
    if len(elements) > _MOST_ELEMENTS:
        raise _OddError
    return Skeleton(meta, implicit, elements, pixel_header, pixels)


def _follow(data: bytes, start: int, meta: dict[int, tuple[str, bytes]], before: Skeleton) -> Skeleton | None:
    """Walk beside another file that has the same tags; None where it has not."""
    header_of = _implicit if before.implicit else _explicit
    elements, changed, position, size = list(before.elements), [], start, len(data)
    for place, (tag, raw) in enumerate(before.elements):
        if data.startswith(raw, position):
            position += len(raw)
            continue
        found, value, end = header_of(data, position)
        if found != tag:
            return None
        if end - value == _UNDEFINED:
            end = _end_of_sequence(data, position, value, implicit=before.implicit)
        elements[place] = tag, data[position:end]
        changed.append(place)
        position = end
    header = before.pixel_header
    value = position + len(header)
    length = before.pixels[1] - before.pixels[0]
    if not data.startswith(header, position) or value + length != size:
        return None
    if position - start > LONGEST_HEADER:
        return None
    return Skeleton(meta, before.implicit, elements, header, (value, size), frozenset(changed))


def _explicit(data: bytes, position: int) -> tuple[int, int, int]:
    """Tag, start of the value, end of the value (PS3.5 section 7.1.2)."""
    group, element, vr, length = _EXPLICIT(data, position)
    if vr in _SHORT:
        start = position + 8
        return group << 16 | element, start, start + length
    if vr not in _LONG or length:
        raise _OddError
    start = position + 12
    return group << 16 | element, start, start + _LENGTH(data, position + 8)[0]


def _implicit(data: bytes, position: int) -> tuple[int, int, int]:
    """Tag, start of the value, end of the value (PS3.5 section 7.1.3)."""
    group, element, length = _IMPLICIT(data, position)
    return group << 16 | element, position + 8, position + 8 + length


def _end_of_sequence(data: bytes, position: int, start: int, *, implicit: bool) -> int:
    """Where a sequence of undefined length ends (PS3.5 section 7.5), walked with a stack of open ends."""
    group, element, _ = _IMPLICIT(data, position)
    tag = group << 16 | element
    is_sequence = known_vr(tag) == "SQ" if implicit else data[position + 4 : position + 6] == b"SQ"
    if not is_sequence or tag < _CHARACTER_SET:
        raise _OddError
    header_of = _implicit if implicit else _explicit
    in_item = [False]  # for each open container, whether it is an item
    position = start
    while in_item:
        group, element, length = _IMPLICIT(data, position)
        tag = group << 16 | element
        if tag in (_ITEM_END, _SEQUENCE_END):
            if length or in_item.pop() is not (tag == _ITEM_END):
                raise _OddError
            position += 8
        elif not in_item[-1]:
            if tag != _ITEM:
                raise _OddError
            position += 8
            if length == _UNDEFINED:
                in_item.append(True)
            else:
                position += length
        else:
            tag, value, end = header_of(data, position)
            position = end
            if end - value == _UNDEFINED:
                if (known_vr(tag) if implicit else data[value - 8 : value - 6]) not in ("SQ", b"SQ"):
                    raise _OddError
                in_item.append(False)
                position = value
        if len(in_item) > 2 * _DEEPEST or position > len(data):
            raise _OddError
    return position


def _looks_implicit(data: bytes, start: int) -> bool:
    first, second = data[start + 4], data[start + 5]
    return not (0x40 < first < 0x5B and 0x40 < second < 0x5B)


@cache
def known_vr(tag: int) -> str:
    """The VR that PS3.6 gives an element; empty for private and unknown ones, and where there are several.

    Example:
        >>> known_vr(0x00100010), known_vr(0x00090010)
        ('PN', '')
    """
    if tag >> 16 & 1:
        return ""
    try:
        vr = str(dictionary_VR(tag))
    except KeyError:
        return ""
    return vr if len(vr) == 2 else ""
