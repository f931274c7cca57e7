"""What happens to one file: read, searched for writing, cleaned, written; or put into quarantine."""

import contextlib
import errno
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hilum.archive.facts import image_facts
from hilum.archive.leaves import LARGEST_FILE, Leaf
from hilum.archive.quarantine import Quarantine, QuarantineEntry
from hilum.deid import BURNED_IN, Refusal, ResearchKeys, deidentify, must_look_for_text, refusal_of
from hilum.deid.burned_in import METHOD, TextSearch
from hilum.deid.vault import ACCESSION, PATIENT, STUDY
from hilum.dicom import DicomPixels, array_digest, decode, is_dicom, quietly, read_dataset
from hilum.errors import ImageError

ARCHIVED, SKIPPED, QUARANTINED = "archived", "skipped", "quarantined"
NOT_DICOM, UNREADABLE = "not DICOM", "unreadable image"
DISK_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


@dataclass(frozen=True)
class Desk:
    """What a worker has at hand.

    Attributes:
        keys: the workspace's keys.
        staging: a folder on the archive's disk for files that are about to enter it.
        quarantine: the workspace's quarantine.
        search: finds writing in pictures.
        ask: asks the one process that has the index: what became of this source, what was found in these
            pixels.
    """

    keys: ResearchKeys
    staging: Path
    quarantine: Quarantine
    search: TextSearch
    ask: Callable[[str, str], Any]


@dataclass
class Treated:
    """What became of a file.

    Attributes:
        outcome: `archived` (written to `staged`, not yet in the archive), `skipped` or `quarantined`.
        source: keyed fingerprint of the file's bytes.
        staged: the cleaned file.
        row: its row in the index.
        vault: (kind, research identifier, real one).
        boxes: what the search for writing found, if it was made: (pixel digest, boxes).
        reason: why it is in quarantine.
    """

    outcome: str
    source: str
    staged: str = ""
    row: dict[str, Any] = field(default_factory=dict)
    vault: list[tuple[str, str, str]] = field(default_factory=list)
    boxes: tuple[str, list[tuple[int, int, int, int]]] | None = None
    reason: str = ""


def treat(leaf: Leaf, desk: Desk, *, looked_by_person: bool = False) -> Treated:
    """Treat one file, whatever it is; nothing of it is lost and nothing of it is archived uncleaned.

    Args:
        leaf: the file.
        desk: what is at hand.
        looked_by_person: a person has said that there is no writing in the picture.

    Raises:
        OSError: the disk is full; whatever else happens ends in quarantine.
    """
    with fetched(leaf, desk.staging) as path:
        source = source_of(leaf, path, desk.keys)
        known = desk.ask("source", source)
        if known == ARCHIVED:
            return Treated(SKIPPED, source)
        refusal = Refusal(UNREADABLE, leaf.obstacle)
        treated = Treated(QUARANTINED, source)
        if known == QUARANTINED:
            return treated
        if path is not None:
            refusal_or_none = _treat_file(path, desk, treated, looked_by_person=looked_by_person)
            if refusal_or_none is None:
                treated.outcome = ARCHIVED
                return treated
            refusal = refusal_or_none
        treated.reason = refusal.reason
        if not looked_by_person:
            put_aside(desk.quarantine, leaf, source, refusal, path)
        return treated


def put_aside(quarantine: Quarantine, leaf: Leaf, source: str, refusal: Refusal, path: Path | None) -> None:
    """Put a file into quarantine, with its bytes where they can be read."""
    name = entry_name(source, leaf.shown)
    entry = QuarantineEntry(name, leaf.shown, refusal.reason, refusal.detail, source)
    try:
        quarantine.keep(entry, path)
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


def source_of(leaf: Leaf, path: Path | None, keys: ResearchKeys) -> str:
    """The keyed fingerprint of a file's bytes, or of its name where the bytes cannot be had."""
    digest = hashlib.sha256(b"unreadable " + leaf.shown.encode("utf-8", "surrogatepass"))
    if path is not None:
        with contextlib.suppress(OSError), path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    return keys.fingerprint(digest.digest())


@contextmanager
def fetched(leaf: Leaf, scratch: Path) -> Iterator[Path | None]:
    """The bytes of a leaf as a file, unpacked for the time being; None if they cannot be had."""
    if leaf.obstacle:
        yield None
    elif leaf.member is None:
        yield Path(leaf.path)
    else:
        handle, name = tempfile.mkstemp(dir=scratch, suffix=".member")
        os.close(handle)
        try:
            yield Path(name) if _unpack(leaf, Path(name)) else None
        finally:
            Path(name).unlink(missing_ok=True)


def _unpack(leaf: Leaf, target: Path) -> bool:
    assert leaf.member is not None
    written = 0
    try:
        with (
            zipfile.ZipFile(leaf.path) as archive,
            archive.open(archive.infolist()[leaf.member]) as packed,
            target.open("wb") as file,
        ):
            while block := packed.read(1 << 20):
                written += len(block)
                if written > LARGEST_FILE:
                    return False
                file.write(block)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise
        return False
    except (zipfile.BadZipFile, ValueError, RuntimeError, EOFError):
        return False
    except Exception as error:  # decompressors raise their own kinds
        if type(error).__module__ in ("zlib", "lzma", "_lzma", "bz2"):
            return False
        raise
    return True


def _treat_file(path: Path, desk: Desk, treated: Treated, *, looked_by_person: bool) -> Refusal | None:
    """Fill in what the archive needs; or say why the file cannot enter it."""
    if not is_dicom(path):
        return Refusal(NOT_DICOM, "it does not begin as a DICOM file does")
    try:
        with quietly():
            dataset = read_dataset(path)
            refusal = refusal_of(dataset, looked_by_person=looked_by_person)
            if refusal is not None:
                return refusal
            look = must_look_for_text(dataset) and not looked_by_person
            pixels = decode(dataset)
    except ImageError as error:
        return Refusal(UNREADABLE, str(error).replace(str(path), "it").removeprefix("it "))
    digest = array_digest(pixels.stored)
    if look and _has_text(pixels, digest, desk, treated):
        return Refusal(BURNED_IN, "writing was found in the picture; if a person sees none, release it")
    cleaned = deidentify(dataset, desk.keys, looked_by_person=looked_by_person)
    if isinstance(cleaned, Refusal):
        return cleaned
    treated.row = image_facts(cleaned, pixels, digest)
    case = cleaned.case
    treated.vault = [(PATIENT, case.pseudonym, case.patient_id), (STUDY, treated.row["study"], case.study)]
    if case.accession:
        treated.vault.append((ACCESSION, case.research_accession, case.accession))
    treated.staged = str(_staged(cleaned.data, desk.staging))
    return None


def _has_text(pixels: DicomPixels, digest: str, desk: Desk, treated: Treated) -> bool:
    known = desk.ask(METHOD, digest)
    if known is None:
        boxes = desk.search.find_in(pixels)
        known = [(box.x, box.y, box.width, box.height) for box in boxes]
        treated.boxes = (digest, known)
    return bool(known)


def _staged(data: bytes, staging: Path) -> Path:
    """Write a cleaned file so that it survives a power cut once it has its final name."""
    handle, name = tempfile.mkstemp(dir=staging, suffix=".dcm")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
