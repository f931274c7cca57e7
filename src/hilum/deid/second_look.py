"""The second look: does anything that identified the patient still stand in the bytes that would be archived?

It knows nothing of the rules. It takes what the source said about the patient, writes it in every form and
encoding a hospital uses, and searches the finished file for it.
"""

import re
from collections.abc import Iterator

from hilum.deid.identifiers import Identifiers
from hilum.deid.second_look_parts import Parts, parts_of
from hilum.deid.second_look_words import (
    SQUEEZED_OUT,
    header_search,
    pixel_search,
    squeezed_search,
    uid_search,
)

_UID = re.compile(rb"(?<![0-9])[0-9]++(?:\.[0-9]++){3,}+")
_DAY = re.compile(rb"(?<![0-9.])((?:1[89]|20)[0-9]{6})(?![0-9.](?![0-9]{5}))")
_DAY_WITH_MARKS = re.compile(rb"(?<![0-9.])((?:1[89]|20)[0-9]{2})([-/.])([0-9]{2})\2([0-9]{2})(?![0-9])")
_IN_UTF_16 = (re.compile(rb"[0-9.]\0(?:[0-9.]\0){7,}+"), re.compile(rb"\0[0-9.](?:\0[0-9.]){7,}+"))


def second_look(
    data: bytes, pixels_at: int, identifiers: Identifiers, *, moved_dates: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Search a finished file for what identified the patient in its source.

    In the header, and in text inside compressed streams: names in any order, numbers and places with or
    without what separates their parts, of at least 4 letters (2 characters where they are not Latin; 5 digits
    where they are only digits), in the encodings of East Asia, Europe and Unicode, ISO 2022 with escape
    sequences among them, as base64 and hexadecimal digits, regardless of case and accents, as words of their
    own up to 5 letters; every old unique identifier; every old date. In pixels only what is at least 8 bytes
    long (6 in compressed streams) and has no pattern that numbers have too, because shorter words stand in
    any large block of numbers by chance.

    Args:
        data: the whole file.
        pixels_at: where its pixel data begins; the length of the file where there is none.
        identifiers: what the source held.
        moved_dates: new dates that may coincide with an old one.

    Returns:
        The kinds of what was found, never the text itself; empty is what must be.

    Example:
        >>> from pydicom.dataset import Dataset
        >>> from hilum.deid.identifiers import identifiers_of
        >>> source = Dataset()
        >>> source.PatientName = "Hong^Gildong"
        >>> second_look(b"... seen by dr. GILDONG ...", 27, identifiers_of(source))
        ("patient's name",)
    """
    parts = parts_of(data, pixels_at)
    found = _in_header(parts.header, identifiers)
    found |= _in_pixels(parts, identifiers)
    numbers = [parts.header, *_numbers_in_utf_16(parts.header)]
    if any(not identifiers.uids.isdisjoint(_uids_in(text)) for text in numbers):
        found.add("unique identifier")
    old_dates = identifiers.dates - moved_dates
    if any(not old_dates.isdisjoint(_days_in(text)) for text in numbers):
        found.add("date")
    return tuple(sorted(found))


def _in_header(header: bytes, identifiers: Identifiers) -> set[str]:
    found = header_search(identifiers.texts, identifiers.raw).kinds_in(header)
    return found | squeezed_search(identifiers.texts).kinds_in(header.translate(None, SQUEEZED_OUT))


def _in_pixels(parts: Parts, identifiers: Identifiers) -> set[str]:
    if not parts.pixels:
        return set()
    search = pixel_search(identifiers.texts, compressed=parts.compressed)
    return search.kinds_in(parts.pixels) | uid_search(identifiers.uids).kinds_in(parts.pixels)


def _numbers_in_utf_16(header: bytes) -> Iterator[bytes]:
    for pattern in _IN_UTF_16:
        for match in pattern.finditer(header):
            yield match[0].replace(b"\0", b"")


def _uids_in(text: bytes) -> Iterator[str]:
    return (match.decode() for match in _UID.findall(text))


def _days_in(text: bytes) -> Iterator[str]:
    yield from (match.decode() for match in _DAY.findall(text))
    for year, _, month, day in _DAY_WITH_MARKS.findall(text):
        yield (year + month + day).decode()
