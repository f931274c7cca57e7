"""The second look: does anything that identified the patient still stand in the bytes that would be archived?

It knows nothing of the rules. It takes what the source said about the patient, writes it in every encoding a
hospital uses, and searches the finished file for it.
"""

import re
import zlib

from pydicom.uid import DeflatedExplicitVRLittleEndian

from hilum.deid.identifiers import Identifiers

_ENCODINGS = ("utf-8", "cp949", "utf-16-le", "utf-16-be", "shift_jis", "euc_jp", "gb18030", "latin-1")
_IN_PIXELS = ("utf-8", "cp949")  # 16-bit pixels that rise by one look like UTF-16
_UID = re.compile(rb"[0-9]+(?:\.[0-9]+){3,}")
_DAY = re.compile(rb"(?<![0-9.])((?:1[89]|20)[0-9]{6})(?![0-9.](?![0-9]{5}))")
_SHORTEST_IN_PIXELS = 8


def second_look(
    data: bytes, pixels_at: int, identifiers: Identifiers, *, moved_dates: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Search a finished file for what identified the patient in its source.

    In the header: names, numbers and places of at least 4 letters (2 characters where they are not Latin; 5
    digits where they are only digits), in eight encodings, regardless of case, as words of their own up to 5
    letters; every old unique identifier; every old date. In pixel data only what is at least 8 bytes long and
    not one repeated digit, in UTF-8 or CP949, because shorter words stand in any large block of numbers by
    chance.

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
    header, pixels = _header(data, pixels_at), data[pixels_at:]
    found = set()
    upper = header.upper()
    for kind, text in identifiers.texts:
        in_header = any(_stands_in(upper, encoded, text) for encoded in _encoded(text.upper(), text))
        if in_header or (
            _long_enough_for_pixels(text)
            and any(word in pixels for word in _encoded(text, encodings=_IN_PIXELS))
        ):
            found.add(kind)
    found.update(kind for kind, raw in identifiers.raw if raw in header)
    if not identifiers.uids.isdisjoint(match.decode() for match in _UID.findall(header)):
        found.add("unique identifier")
    old_dates = identifiers.dates - moved_dates
    if not old_dates.isdisjoint(match.decode() for match in _DAY.findall(header)):
        found.add("date")
    return tuple(sorted(found))


def _header(data: bytes, pixels_at: int) -> bytes:
    """Everything but the pixels; unpacked where the file is deflated."""
    header = data[:pixels_at]
    syntax = DeflatedExplicitVRLittleEndian.encode()
    if syntax in data[:1024]:
        start = 144 + int.from_bytes(data[140:144], "little")
        return data[:start] + zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[start:], 1 << 29)
    return header


def _encoded(*texts: str, encodings: tuple[str, ...] = _ENCODINGS) -> set[bytes]:
    found = set()
    for text in texts:
        for encoding in encodings:
            try:
                found.add(text.encode(encoding))
            except UnicodeEncodeError:
                continue
    return found


def _stands_in(upper: bytes, word: bytes, text: str) -> bool:
    """Whether an encoded word is there; short Latin ones and digits only as words of their own."""
    if not text.isascii():
        return len(text) >= 2 and len(word) >= 4 and (word in upper or word.upper() in upper)
    digits = text.isdigit()
    if len(text) < (5 if digits else 4):
        return False
    if word.upper() not in upper:
        return False
    if len(text) > 5 and not digits:
        return True
    bound = rb"[0-9A-Z.]" if digits else rb"[0-9A-Z]"
    return (
        re.search(rb"(?<!" + bound + rb")" + re.escape(word.upper()) + rb"(?!" + bound + rb")", upper)
        is not None
    )


def _long_enough_for_pixels(text: str) -> bool:
    return len(text.encode("utf-8", "replace")) >= _SHORTEST_IN_PIXELS and len(set(text)) > 3
