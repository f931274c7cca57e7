"""Lines that another process appends to a file."""

from pathlib import Path

_MOST_AT_ONCE = 1 << 20


class Tail:
    r"""The lines that came since the last look.

    Args:
        path: the file; it need not be there yet.
        place: where to begin, in bytes.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "lines"
        >>> tail = Tail(path)
        >>> _ = path.write_text("first\nsec")
        >>> tail.lines()
        ['first']
    """

    def __init__(self, path: Path, place: int = 0) -> None:
        self._path, self._place = path, place

    def lines(self) -> list[str]:
        """Whole lines that are new, without their ends."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._place)
                content = file.read(_MOST_AT_ONCE)
        except FileNotFoundError:
            return []
        end = content.rfind(b"\n") + 1
        if not end and len(content) == _MOST_AT_ONCE:
            end = len(content)  # a line without end would hold up what follows
        self._place += end
        return content[:end].decode("utf-8", "replace").splitlines()
