"""A record that can only grow: every line carries a keyed seal over itself and the line before it.

Whoever changes, removes, adds or reorders lines without the key leaves a seal that does not fit; lines cut
off at the end are missed because the sealed end (number and seal of the last line) is kept beside them.
"""

import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Fields = Sequence[str | int]


@dataclass(frozen=True)
class Line:
    """A line of a record.

    Attributes:
        number: from 1, without a gap.
        fields: what it says.
        seal: HMAC-SHA256 (RFC 2104) over the seal before it, its number and its fields, in hexadecimal.
    """

    number: int
    fields: Fields
    seal: str


@dataclass(frozen=True)
class End:
    """Where a record ends: number and seal of its last line, and a seal over both.

    Example:
        >>> End(0, "", "") == End(0, "", "")
        True
    """

    number: int
    last: str
    seal: str


@dataclass(frozen=True)
class Chain:
    """Seals the lines of one record, and finds what was changed in it.

    Attributes:
        key: 32 bytes; never printed.

    Example:
        >>> chain = Chain(bytes(32))
        >>> one = chain.line(chain.begin(), ("Kim", "looked"))
        >>> chain.fault([one], chain.end(one)) is None
        True
        >>> chain.fault([Line(1, ("Lee", "looked"), one.seal)], chain.end(one))
        'line 1 was changed, or a line before it added or taken away'
    """

    key: bytes = field(repr=False)

    def begin(self) -> End:
        """The end of a record without lines."""
        return End(0, "", self._seal("end", 0, ""))

    def line(self, before: End, fields: Fields) -> Line:
        """The line that comes after an end."""
        return self._line(before.last, before.number + 1, fields)

    def end(self, line: Line) -> End:
        """The end of a record after a line."""
        return End(line.number, line.seal, self._seal("end", line.number, line.seal))

    def holds(self, end: End | None) -> bool:
        """Whether an end was written with this key."""
        return end is not None and hmac.compare_digest(end.seal, self._seal("end", end.number, end.last))

    def after(self, before: End | None, highest: int, fields: Fields) -> tuple[Line, End | None]:
        """The next line of a record, even of a damaged one, and its new end.

        The end of a damaged record is not mended (None), so that the damage stays to be seen.

        Args:
            before: the end that was found.
            highest: the highest number among the lines that were found.
            fields: what to say.
        """
        if before is not None and before.number == highest and self.holds(before):
            line = self.line(before, fields)
            return line, self.end(line)
        number = max(highest, before.number if before else 0) + 1
        return self._line(before.last if before else "", number, fields), None

    def fault(self, lines: Iterable[Line], end: End | None) -> str | None:
        """What was done to a record from outside, as a sentence; None where it is whole.

        Args:
            lines: in the order of their numbers.
            end: the end that was found with them.
        """
        number, last = 0, ""
        for line in lines:
            number += 1
            if line.number != number:
                return f"line {number} is missing"
            if not hmac.compare_digest(self._line(last, number, line.fields).seal, line.seal):
                return f"line {number} was changed, or a line before it added or taken away"
            last = line.seal
        if end is None or not self.holds(end):
            return "the seal at its end was changed or taken away"
        if (end.number, end.last) != (number, last):
            return f"it ends with line {number} and ought to end with line {end.number}"
        return None

    def _line(self, before: str, number: int, fields: Fields) -> Line:
        return Line(number, tuple(fields), self._seal("line", before, number, list(fields)))

    def _seal(self, *parts: object) -> str:
        text = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
        return hmac.digest(self.key, text.encode("ascii"), "sha256").hex()
