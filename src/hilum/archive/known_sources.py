"""Which sources the index may hold already, so that nobody need be asked about those that are new."""

from bisect import bisect_left
from pathlib import Path

DIGITS = 12
"""How many of a fingerprint's are kept; a new source that begins as a known one does is only asked about."""


class KnownSources:
    """The beginnings of the fingerprints of sources that the index held at one moment.

    Args:
        file: as `write_known_sources` wrote it; None where nothing is told, and every source may be known.

    Example:
        >>> KnownSources(None).may_hold("00" * 32)
        True
    """

    def __init__(self, file: Path | None) -> None:
        self._known = None if file is None else _Beginnings(file.read_bytes())

    def may_hold(self, source: str) -> bool:
        """Whether the index may hold a source; False only where it did not at that moment."""
        if self._known is None:
            return True
        asked = source[:DIGITS].encode()
        place = bisect_left(self._known, asked)
        return place < len(self._known) and self._known[place] == asked


class _Beginnings:
    """Bytes as a sequence of beginnings of fingerprints, in their order."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data) // DIGITS

    def __getitem__(self, place: int) -> bytes:
        return self._data[place * DIGITS : (place + 1) * DIGITS]
