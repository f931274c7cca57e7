"""The skeleton of a DICOM file, walked without recursion before anything else touches it.

pydicom reads a file by recursion and forgives wrong lengths. Hostile and damaged files use both. This walk
visits every data element of every sequence with a stack of its own, reads no values, and refuses what nests
too deep, runs over its container or ends too early (PS3.5 section 7).
"""

from dataclasses import dataclass
from struct import Struct

from pydicom.datadict import dictionary_VR

from hilum.dicom.limits import ReadLimits
from hilum.errors import ImageError

ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_TAGS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
UNDEFINED = 0xFFFFFFFF
_SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
_LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())


class NeedMoreError(Exception):
    """The walk came to the end of the bytes that were read, but not of the file."""


class DamageError(Exception):
    """The skeleton of the file is broken; the text says how, the caller knows the file's name."""


@dataclass(frozen=True)
class Encoding:
    """How the elements of a data set are written."""

    implicit: bool
    little: bool


@dataclass(slots=True)
class _Container:
    """A sequence or an item that the walk is in. `end` is None where a delimiter ends it."""

    is_item: bool
    end: int | None
    bound: int
    implicit: bool
    doubtful: bool = False  # bytes of an unknown kind that look like a sequence


class StructureWalk:
    """Walks one data set; `walk` returns where the data set ends.

    Args:
        data: the file from its first byte on, perhaps not all of it.
        size: the size of the whole file.
        limits: how deep and how long it may be.
        stop_at_pixels: end at the pixel data, whose length is still checked.

    Example:
        >>> element = bytes.fromhex("1000 2000") + b"LO" + bytes.fromhex("0400") + b"AB12"
        >>> StructureWalk(element, len(element), ReadLimits()).walk(0, Encoding(implicit=False, little=True))
        12
    """

    def __init__(self, data: bytes, size: int, limits: ReadLimits, *, stop_at_pixels: bool = False) -> None:
        self.data, self.size, self.limits, self.stop_at_pixels = data, size, limits, stop_at_pixels
        self.stack: list[_Container] = []
        self.count = self.depth = self.doubtful = 0
        self.end: int | None = None
        self.zeros_from: int | None = None
        self._set_order("<")

    def skip_element(self, position: int) -> int:
        """Return where an element of the file meta information ends (PS3.10 7.1: explicit, little endian)."""
        self._require(position, 8)
        _, start, length = self._header(position, implicit=False)
        self._require(start, length)
        return start + length

    def walk(self, start: int, encoding: Encoding) -> int:
        """Visit everything from `start` to the end of the file and return where the data set ends.

        Raises:
            DamageError: the file ends inside an element, a length runs over its container, or a sequence is
                broken.
            ImageError: deeper or longer than the limits allow.
            NeedMoreError: the bytes given do not reach far enough.
        """
        self._set_order("<" if encoding.little else ">")
        self.implicit = self._is_implicit(start, expected=encoding.implicit)
        position = start
        while self.end is None:
            try:
                position = self._step(position)
            except DamageError:
                if not self.doubtful:
                    raise
                position = self._abandon_doubtful()
        if self.end > len(self.data):
            raise NeedMoreError
        return self.end

    def _step(self, position: int) -> int:
        """Go from one element, item or delimiter to the next."""
        if not self.stack:
            return self._step_top(position)
        container = self.stack[-1]
        if container.end is not None and position >= container.end:
            self._leave()
            return position
        tag, length = self._read_tag(position)
        if container.is_item:
            return self._step_item(position, tag, container)
        return self._step_sequence(position, tag, length, container)

    def _step_top(self, position: int) -> int:
        if position >= self.size or self._only_zeros(position):
            self.end = position
            return position
        tag, _ = self._read_tag(position)
        at_pixels = self.stop_at_pixels and tag in PIXEL_TAGS
        if at_pixels:
            _, start, length = self._header(position, implicit=self.implicit)
            if length != UNDEFINED and start + length > self.size:
                raise DamageError("its pixel data is cut: the file ends before the last pixel")
        if at_pixels or tag == ITEM_END:  # pydicom, too, stops at a stray end of an item
            self.end = position
            return position
        return self._element(position, tag, implicit=self.implicit, bound=self.size)

    def _step_item(self, position: int, tag: int, container: _Container) -> int:
        if tag == ITEM_END:
            self._leave()
            return position + 8 if container.end is None else container.end
        if tag == SEQUENCE_END:
            raise DamageError(f"a sequence ends inside an item at byte {position:,}")
        return self._element(position, tag, implicit=container.implicit, bound=container.bound)

    def _step_sequence(self, position: int, tag: int, length: int, container: _Container) -> int:
        if tag == SEQUENCE_END:
            self._leave()
            return position + 8 if container.end is None else container.end
        if tag != ITEM:
            raise DamageError(f"a sequence holds something that is no item at byte {position:,}")
        self._count_one()
        start = position + 8
        end = None if length == UNDEFINED else start + length
        if end is not None and end > container.bound:
            raise DamageError(f"an item is longer than what holds it at byte {position:,}")
        implicit = container.implicit or self._is_implicit(start, expected=False)
        self.stack.append(_Container(True, end, container.bound if end is None else end, implicit))
        return start

    def _element(self, position: int, tag: int, *, implicit: bool, bound: int) -> int:
        self._count_one()
        vr, start, length = self._header(position, implicit=implicit)
        if length == UNDEFINED:
            return self._undefined_length(tag, vr, start, _Container(False, None, bound, implicit))
        end = start + length
        if end > bound:
            raise DamageError(f"{self._shown(tag)} is longer than what holds it")
        if length < 8:
            return end
        if vr == b"SQ" or (not vr and self._known_vr(tag) == "SQ"):
            return self._enter(start, _Container(False, end, end, implicit))
        if vr in (b"UN", b"") and self._known_vr(tag) in ("SQ", None) and self._starts_item(start):
            return self._enter(start, _Container(False, end, end, implicit=False, doubtful=True))
        return end

    def _undefined_length(self, tag: int, vr: bytes, start: int, sequence: _Container) -> int:
        known = self._known_vr(tag) if not vr else None
        if vr in (b"SQ", b"UN") or known == "SQ" or (not vr and known is None and self._starts_item(start)):
            return self._enter(start, sequence)
        return self._after_fragments(start, sequence.bound)

    def _after_fragments(self, start: int, bound: int) -> int:
        """Skip encapsulated pixel data (PS3.5 A.4): items that hold bytes, up to the sequence delimiter."""
        position = start
        while True:
            tag, length = self._read_tag(position)
            if tag == SEQUENCE_END:
                return position + 8
            if tag != ITEM or position + 8 + length > bound:
                raise DamageError("its compressed pixel data is cut or broken")
            self._count_one()
            position += 8 + length

    def _header(self, position: int, *, implicit: bool) -> tuple[bytes, int, int]:
        """VR (empty where it is not written), start of the value, length (PS3.5 section 7.1)."""
        data = self.data
        vr = b"" if implicit else data[position + 4 : position + 6]
        if vr in _LONG_VRS:
            self._require(position, 12)
            return vr, position + 12, self._length32(data, position + 8)[0]
        if vr in _SHORT_VRS or b"AA" <= vr <= b"ZZ":
            return vr, position + 8, self._length16(data, position + 6)[0]
        return b"", position + 8, self._length32(data, position + 4)[0]

    def _set_order(self, mark: str) -> None:
        self._tag_and_length = Struct(mark + "HHL").unpack_from
        self._length16 = Struct(mark + "H").unpack_from
        self._length32 = Struct(mark + "L").unpack_from

    def _read_tag(self, position: int) -> tuple[int, int]:
        self._require(position, 8)
        group, element, length = self._tag_and_length(self.data, position)
        return group << 16 | element, length

    def _require(self, position: int, count: int) -> None:
        if position + count > self.size:
            raise DamageError("it ends in the middle of a data element")
        if position + count > len(self.data):
            raise NeedMoreError

    def _count_one(self) -> None:
        self.count += 1
        if self.count > self.limits.elements:
            raise ImageError(f"is refused: it holds more than {self.limits.elements:,} data elements")

    def _only_zeros(self, position: int) -> bool:
        """Whether nothing but padding follows, as some archives append."""
        if any(self.data[position : position + 8]) or len(self.data) < self.size:
            return False
        if self.zeros_from is None:  # looked for once: a file may hold millions of empty elements
            self.zeros_from = len(self.data.rstrip(b"\0"))
        return position >= self.zeros_from

    def _is_implicit(self, start: int, *, expected: bool) -> bool:
        """Whether VRs are missing, whatever the transfer syntax says: some machines mix both."""
        if start + 6 > self.size:
            return expected
        self._require(start, 6)
        first, second = self.data[start + 4], self.data[start + 5]
        return not (0x40 < first < 0x5B and 0x40 < second < 0x5B)

    def _starts_item(self, start: int) -> bool:
        self._require(start, 8)
        return self._read_tag(start)[0] == ITEM

    def _enter(self, start: int, container: _Container) -> int:
        self.depth += 1
        if self.depth > self.limits.depth:
            raise ImageError(f"is refused: its sequences nest deeper than {self.limits.depth} levels")
        self.doubtful += container.doubtful
        self.stack.append(container)
        return start

    def _leave(self) -> None:
        container = self.stack.pop()
        self.depth -= not container.is_item
        self.doubtful -= container.doubtful

    def _abandon_doubtful(self) -> int:
        """Step over bytes that only looked like a sequence."""
        while True:
            container = self.stack[-1]
            self._leave()
            if container.doubtful and not self.doubtful:
                assert container.end is not None
                return container.end

    @classmethod
    def _shown(cls, tag: int) -> str:
        """An element's tag; where lengths lie, what seems to be one may be letters of a name."""
        known = cls._known_vr(tag) is not None
        return f"element ({tag >> 16:04X},{tag & 0xFFFF:04X})" if known else "an element"

    @staticmethod
    def _known_vr(tag: int) -> str | None:
        """The VR that PS3.6 gives an element; None for private and unknown ones."""
        if tag >> 16 & 1:
            return None
        try:
            return dictionary_VR(tag)
        except KeyError:
            return None
