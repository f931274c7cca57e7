"""A series with its slices in order: read from its files once, as long as the files stay the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from hilum.archive import Archive
from hilum.archive.series import Series, archive_series
from hilum.serving.state import Serving

_MOST_KEPT = 32


def series_in_order(here: Serving, archive: Archive, rows: Sequence[Mapping[str, Any]]) -> Series:
    """The slices of one series in the order of the volume.

    The headers of three hundred slices take a third of a second to read, and a series is opened by several
    people and again after each refresh: the last series are kept, by the digests of their files.

    Args:
        here: the server.
        archive: its archive.
        rows: lines of the archive's index, the images of one series.

    Raises:
        ImageError: a file of the archive cannot be read.
    """
    shelf: dict[Any, Series] = here.kept.setdefault("series", {})
    key = frozenset((row["instance"], row["file_sha256"]) for row in rows)
    found = shelf.get(key)
    if found is None:
        import pandas as pd

        found = shelf[key] = next(archive_series(archive, pd.DataFrame([dict(row) for row in rows])))
        while len(shelf) > _MOST_KEPT:
            shelf.pop(next(iter(shelf)), None)
    return found
