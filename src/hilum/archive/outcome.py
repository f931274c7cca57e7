"""What became of a file that came in, as worker and writer tell each other."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hilum.archive.fetching import DISK_FULL
from hilum.archive.leaves import Leaf
from hilum.archive.quarantine import Quarantine, QuarantineEntry
from hilum.deid.refusal import Refusal

ARCHIVED, SKIPPED, QUARANTINED = "archived", "skipped", "quarantined"
NOT_DICOM, UNREADABLE = "not DICOM", "unreadable image"


@dataclass
class Treated:
    """What became of a file.

    Attributes:
        outcome: `archived` (written to `staged`, not yet in the archive), `skipped` or `quarantined`.
        source: keyed fingerprint of the file's bytes.
        staged: the cleaned file.
        row: its row in the index.
        vault: (kind, research identifier, real one).
        boxes: what the search for writing found, if it was made: (method, pixel digest, boxes).
        reason: why it is in quarantine.

    Example:
        >>> Treated(SKIPPED, "0123").vault
        []
    """

    outcome: str
    source: str
    staged: str = ""
    row: dict[str, Any] = field(default_factory=dict)
    vault: list[tuple[str, str, str]] = field(default_factory=list)
    boxes: tuple[str, str, list[tuple[int, ...]]] | None = None
    reason: str = ""


def put_aside(
    quarantine: Quarantine,
    leaf: Leaf,
    source: str,
    refusal: Refusal,
    path: Path | None,
    *,
    boxes: tuple[tuple[int, int, int, int], ...] = (),
    pictures: Mapping[str, bytes] | None = None,
) -> None:
    """Put a file into quarantine, with its bytes where they can be read.

    Args:
        quarantine: of the workspace.
        leaf: the file as it came.
        source: keyed fingerprint of its bytes.
        refusal: why it may not enter the archive.
        path: its bytes; None where they cannot be had.
        boxes: what would be blanked in its picture.
        pictures: what a person must look at, by name, as PNG.

    Raises:
        OSError: the disk is full or cannot be written.

    Example:
        >>> import tempfile
        >>> quarantine = Quarantine(Path(tempfile.mkdtemp()))
        >>> put_aside(quarantine, Leaf("a", "a"), "0123", Refusal(UNREADABLE), None)
        >>> [entry.reason for entry in quarantine.entries()]
        ['unreadable image']
    """
    name = entry_name(source, leaf.shown)
    entry = QuarantineEntry(name, leaf.shown, refusal.reason, refusal.detail, source, boxes=boxes)
    try:
        quarantine.keep(entry, path, pictures)
    except OSError as error:
        if error.errno in DISK_FULL or path is None:
            raise
        quarantine.keep(entry, None)  # the file itself cannot be read


def entry_name(source: str, shown: str) -> str:
    """The name of a file's entry in quarantine: always the same for the same bytes of the same name.

    Example:
        >>> entry_name("0123456789abcdef0123", "a.dcm")
        'Q19747f3e9d08991a'
    """
    text = f"{source} {shown}".encode("utf-8", "surrogatepass")
    return "Q" + hashlib.sha256(text).hexdigest()[:16]
