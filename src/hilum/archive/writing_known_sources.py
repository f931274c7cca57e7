"""Writing down which sources the index knows, for workers that do not see the index."""

from collections.abc import Iterable, Iterator
from heapq import merge
from pathlib import Path

from sqlalchemy import Engine, func, select

from hilum.archive.index import DECISIONS, IMAGES, reading
from hilum.archive.known_sources import DIGITS
from hilum.archive.quarantine import REJECTED

_MOST, _MOST_A_FILE = 500_000, 20
_AT_ONCE = 10_000


def write_known_sources(engine: Engine, file: Path, files: int) -> bool:
    """Write down which sources the index knows: those of its images, and those that a person rejected.

    Args:
        engine: of the index.
        file: where to.
        files: how many files will be looked up; reading the index must not cost more than asking.

    Returns:
        Whether it was done; False for a large index, about which it is cheaper to ask.

    Raises:
        OSError: the disk is full.

    Example:
        >>> import tempfile
        >>> from hilum.archive.index import engine_of
        >>> folder = Path(tempfile.mkdtemp())
        >>> write_known_sources(engine_of(folder / "index.sqlite"), folder / "known", files=1)
        True
        >>> from hilum.archive.known_sources import KnownSources
        >>> KnownSources(folder / "known").may_hold("00" * 32)
        False
    """
    most = min(_MOST, files * _MOST_A_FILE)
    with reading(engine) as connection:
        known = select(IMAGES.c.source).order_by(IMAGES.c.source)
        if connection.execute(known.offset(most).limit(1)).first() is not None:
            return False
        rejected = select(DECISIONS.c.source).where(DECISIONS.c.decision == REJECTED)
        refused = sorted(_beginnings(connection.execute(rejected).scalars()))
        short = select(func.substr(IMAGES.c.source, 1, DIGITS)).order_by(IMAGES.c.source)
        images = connection.execution_options(yield_per=_AT_ONCE).execute(short).scalars()
        with file.open("wb") as opened:
            opened.writelines(merge(_beginnings(images), refused))
    return True


def _beginnings(sources: Iterable[str]) -> Iterator[bytes]:
    """The first digits of each; what is too short is no fingerprint, and no file is looked up by it."""
    return (source[:DIGITS].encode() for source in sources if len(source) >= DIGITS)
