"""The archive: de-identified images with an index, a quarantine and a vault, all in one workspace."""

from typing import TYPE_CHECKING

from hilum.archive.archive import Archive, open_archive
from hilum.archive.quarantine import QuarantineEntry
from hilum.archive.workspace import Workspace, create_workspace, find_workspace

if TYPE_CHECKING:
    from hilum.archive.ingest import IngestReport

__all__ = [
    "Archive",
    "IngestReport",
    "QuarantineEntry",
    "Workspace",
    "create_workspace",
    "find_workspace",
    "open_archive",
]


def __getattr__(name: str) -> object:
    """Import what needs pydicom and SQLAlchemy only when it is asked for."""
    if name == "IngestReport":
        from hilum.archive.ingest import IngestReport

        return IngestReport
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
