"""The skeleton of a DICOM file, walked without recursion before anything else touches it.

pydicom reads a file by recursion and forgives wrong lengths. Hostile and damaged files use both. This walk visits
every data element of every sequence with a stack of its own, reads no values, and refuses what nests too deep, runs
over its container or ends too early (PS3.5 section 7).
"""

from dataclasses import dataclass
from struct import Struct

from pydicom.datadict import dictionary_VR

from hilum.dicom.limits import ReadLimits
from hilum.errors import ImageError

ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_TAGS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
UNDEFINED = 0xFFFFFFFF
_SHORT_VRS = frozenset(
    vr.encode() for vr in "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split()
)
_LONG_VRS = frozenset(vr.encode() for vr in "OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())


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
    doubtful: bool  # bytes of an unknown kind that only look like a sequence


class StructureWalk:
    """Walks one data set; `walk` returns where the data set ends.

    Example:
        >>> element = bytes.fromhex("1000 2000") + b"LO" + bytes.fromhex("0400") + b"AB12"
        >>> StructureWalk(element, len(element), ReadLimits()).walk(0, Encoding(implicit=False, little=True))
        12
    """

    def __init__(self, data: bytes, size: int, limits: ReadLimits, *, stop_at_pixels: bool = False) -> None:
        self.data, self.size, self.limits, self.stop_at_pixels = data, size, limits, stop_at_pixels
        self.stack: list[_Container] = []
        self.count = 0
        self.doubtful = 0
        self._set_order(little=True)

    def walk(self, start: int, encoding: Encoding) -> int:
        """Visit everything from `start` to the end of the file and return where the data set ends.

        Raises:
            DamageError: the file ends inside an element, a length runs over its container, or a sequence is broken.
            ImageError: deeper or longer than the limits allow.
            NeedMoreError: the bytes given do not reach far enough.
        """
        self._set_order(little=encoding.little)
        self.top_implicit = self._really_implicit(start, implicit=encoding.implicit, in_item=False)
        position = start
        while True:
            try:
                following = self._step(position)
            except DamageError:
                following = self._abandon_doubtful()
            if following is None:
                return position
            if following < 0:
                return -following
            position = following

    def _set_order(self, *, little: bool) -> None:
        mark = "<" if little else ">"
        self._tag_and_length = Struct(mark + "HHL").unpack_from
        self._length16 = Struct(mark + "H").unpack_from
        self._length32 = Struct(mark + "L").unpack_from

    def _require(self, position: int, count: int) -> None:
        if position + count > self.size:
            raise DamageError("it ends in the middle of a data element")
        if position + count > len(self.data):
            raise NeedMoreError

    def _count_one(self) -> None:
        self.count += 1
        if self.count > self.limits.elements:
            raise ImageError(f"it holds more than {self.limits.elements:,} data elements")

    def _step(self, position: int) -> int | None:
        """Go from one element, item or delimiter to the next; None at the regular end, negative at a stray end."""
        if not self.stack:
            return self._step_top(position)
        container = self.stack[-1]
        if container.end is not None and position >= container.end:
            self._leave()
            return position
        self._require(position, 8)
        if container.is_item:
            return self._step_item(position, container)
        return self._step_sequence(position, container)

    def _step_top(self, position: int) -> int | None:
        if position >= self.size:
            return None
        if self.size - position < 8 or self._only_zeros(position):
            if any(self.data[position : self.size]):
                raise DamageError("it ends in the middle of a data element")
            return None
        self._require(position, 8)
        group, element, _ = self._tag_and_length(self.data, position)
        tag = group << 16 | element
        if tag == ITEM_END or (self.stop_at_pixels and tag in PIXEL_TAGS):
            if tag != ITEM_END:
                self._element(position, tag, implicit=self.top_implicit, bound=self.size)
            return -position
        return self._element(position, tag, implicit=self.top_implicit, bound=self.size)

    def _only_zeros(self, position: int) -> bool:
        if len(self.data) < self.size or any(self.data[position : position + 64]):
            return False
        return not self.data[position:].strip(b"\0")

    def _step_item(self, position: int, container: _Container) -> int:
        group, element, length = self._tag_and_length(self.data, position)
        tag = group << 16 | element
        if tag == ITEM_END:
            self._leave()
            return position + 8 if container.end is None else container.end
        if tag == SEQUENCE_END:
            raise DamageError(f"a sequence ends inside an item at byte {position:,}")
        return self._element(position, tag, implicit=container.implicit, bound=container.bound)

    def _step_sequence(self, position: int, container: _Container) -> int:
        group, element, length = self._tag_and_length(self.data, position)
        tag = group << 16 | element
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
        implicit = self._really_implicit(start, implicit=container.implicit, in_item=True)
        bound = container.bound if end is None else end
        self.stack.append(_Container(True, end, bound, implicit, doubtful=False))
        return start

    def _element(self, position: int, tag: int, *, implicit: bool, bound: int) -> int:
        self._count_one()
        vr, start, length = self._header(position, implicit=implicit)
        if length == UNDEFINED:
            return self._undefined_length(tag, vr, start, implicit=implicit, bound=bound)
        end = start + length
        if end > bound:
            raise DamageError(f"element ({tag >> 16:04X},{tag & 0xFFFF:04X}) is longer than what holds it")
        if length >= 8 and self._is_sequence(tag, vr):
            in_implicit = implicit or vr != b"SQ"
            self._enter(_Container(False, end, end, in_implicit, doubtful=False))
            return start
        if length >= 8 and vr in (b"UN", b"") and start + 4 <= len(self.data) and self._starts_item(start):
            self._enter(_Container(False, end, end, True, doubtful=True))
            return start
        return end

    def _header(self, position: int, *, implicit: bool) -> tuple[bytes, int, int]:
        """VR (empty where implicit), start of the value, length."""
        data = self.data
        if implicit:
            return b"", position + 8, self._length32(data, position + 4)[0]
        vr = data[position + 4 : position + 6]
        if vr in _LONG_VRS:
            self._require(position, 12)
            return vr, position + 12, self._length32(data, position + 8)[0]
        if vr in _SHORT_VRS or b"AA" <= vr <= b"ZZ":
            return vr, position + 8, self._length16(data, position + 6)[0]
        return b"", position + 8, self._length32(data, position + 4)[0]

    def _undefined_length(self, tag: int, vr: bytes, start: int, *, implicit: bool, bound: int) -> int:
        self._require(start, 8)
        if vr in (b"SQ", b"UN") or (not vr and (self._is_sequence(tag, vr) or self._starts_item(start))):
            self._enter(_Container(False, None, bound, implicit, doubtful=False))
            return start
        return self._after_fragments(start, bound)

    def _after_fragments(self, start: int, bound: int) -> int:
        """Skip encapsulated pixel data (PS3.5 A.4): items that hold bytes, up to the sequence delimiter."""
        if self.stop_at_pixels:
            return start
        position = start
        while True:
            self._require(position, 8)
            group, element, length = self._tag_and_length(self.data, position)
            tag = group << 16 | element
            if tag == SEQUENCE_END:
                return position + 8
            if tag != ITEM or position + 8 + length > bound:
                raise DamageError("its compressed pixel data is cut or broken")
            self._count_one()
            position += 8 + length

    def _is_sequence(self, tag: int, vr: bytes) -> bool:
        if vr == b"SQ":
            return True
        if vr not in (b"", b"UN") or tag >> 16 & 1:
            return False
        try:
            return dictionary_VR(tag) == "SQ"
        except KeyError:
            return False

    def _starts_item(self, start: int) -> bool:
        self._require(start, 4)
        return bool(self._length16(self.data, start)[0] == 0xFFFE and self._length16(self.data, start + 2)[0] == 0xE000)

    def _really_implicit(self, start: int, *, implicit: bool, in_item: bool) -> bool:
        """Whether VRs are missing, whatever the transfer syntax says; some machines mix both."""
        if in_item and implicit:
            return True
        if start + 6 > self.size:
            return implicit
        self._require(start, 6)
        first, second = self.data[start + 4], self.data[start + 5]
        return not (0x40 < first < 0x5B and 0x40 < second < 0x5B)

    def _enter(self, container: _Container) -> None:
        if sum(not inside.is_item for inside in self.stack) >= self.limits.depth:
            raise ImageError(f"its sequences nest deeper than {self.limits.depth} levels")
        self.doubtful += container.doubtful
        self.stack.append(container)

    def _leave(self) -> None:
        self.doubtful -= self.stack.pop().doubtful

    def _abandon_doubtful(self) -> int:
        """Step over bytes that only looked like a sequence; re-raise where nothing was doubtful."""
        if not self.doubtful:
            raise  # noqa: PLE0704 - called from an except clause only
        while not self.stack[0].doubtful and len(self.stack) > 1:
            break
        index = next(i for i, container in enumerate(self.stack) if container.doubtful)
        end = self.stack[index].end
        del self.stack[index:]
        self.doubtful = 0
        assert end is not None
        return end
