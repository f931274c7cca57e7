"""What happens to one file: read, searched for writing, cleaned, written; or put into quarantine."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any

from hilum.archive.facts import image_facts
from hilum.archive.fetching import DISK_FULL, contents, fetched, source_of
from hilum.archive.leaves import Leaf
from hilum.archive.quarantine import AFTER, BEFORE, Quarantine, QuarantineEntry
from hilum.deid import (
    Deidentified,
    Refusal,
    ResearchKeys,
    deidentify,
    must_look_for_text,
    refusal_of,
)
from hilum.deid.acceptance import has_pixels
from hilum.deid.blanking_boxes import TextBox
from hilum.deid.blanking_decision import Decision, Proposal, decide, says_burned_in, without_writing
from hilum.deid.burned_in import METHOD, TextSearch
from hilum.deid.deidentification import checked
from hilum.deid.options import RESEARCH, Options
from hilum.deid.raw import RawCleaner
from hilum.deid.screen_templates import ScreenTemplate
from hilum.deid.vault import ACCESSION, PATIENT, STUDY
from hilum.deid.writing import Written
from hilum.dicom import DicomPixels, array_digest, decode, is_dicom, quietly, read_dataset
from hilum.errors import ImageError

ARCHIVED, SKIPPED, QUARANTINED = "archived", "skipped", "quarantined"
NOT_DICOM, UNREADABLE = "not DICOM", "unreadable image"


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
        options: of the workspace's protocol.
        cleaner: cleans usual files from their bytes; None where every file is to take the slow path.
        screens: templates of screens that print names.
    """

    keys: ResearchKeys
    staging: Path
    quarantine: Quarantine
    search: TextSearch
    ask: Callable[[str, str], Any]
    options: Options = RESEARCH
    cleaner: RawCleaner | None = None
    screens: tuple[ScreenTemplate, ...] = ()


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
    boxes: tuple[str, list[tuple[int, ...]]] | None = None
    reason: str = ""


def treat(
    leaf: Leaf, desk: Desk, *, looked_by_person: bool = False, boxes: Sequence[Sequence[int]] = ()
) -> Treated:
    """Treat one file, whatever it is; nothing of it is lost and nothing of it is archived uncleaned.

    Args:
        leaf: the file.
        desk: what is at hand.
        looked_by_person: a person has said that there is no writing in the picture, but in `boxes`.
        boxes: x, y, width and height of what a person wants blanked.

    Raises:
        OSError: the disk is full; whatever else happens ends in quarantine.
    """
    with fetched(leaf, desk.staging) as path:
        data = contents(path)
        source = source_of(leaf, path, desk.keys, data)
        known = desk.ask("source", source)
        if known == ARCHIVED:
            return Treated(SKIPPED, source)
        refusal = Refusal(UNREADABLE, leaf.obstacle)
        treated = Treated(QUARANTINED, source)
        if known == QUARANTINED:
            return treated
        if path is not None:
            if not boxes and _treat_quickly(data, desk, treated):
                treated.outcome = ARCHIVED
                return treated
            word = tuple(TextBox(*box) for box in boxes) if looked_by_person else None
            refusal_or_none = _treat_file(path, desk, treated, word)
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
    pictures: dict[str, bytes] = {}
    if isinstance(refusal, Proposal):
        entry = replace(entry, boxes=refusal.boxes)
        pictures = {BEFORE: refusal.before, AFTER: refusal.after}
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


def _treat_file(path: Path, desk: Desk, treated: Treated, word: tuple[TextBox, ...] | None) -> Refusal | None:
    """Fill in what the archive needs; or say why the file cannot enter it.

    `word` is what a person wants blanked; None where none has looked.
    """
    if not is_dicom(path):
        return Refusal(NOT_DICOM, "it does not begin as a DICOM file does")
    try:
        with quietly():
            dataset = read_dataset(path)
            refusal = refusal_of(dataset, looked_by_person=True, options=desk.options)
            if refusal is not None:
                return refusal
            pixels = decode(dataset) if has_pixels(dataset) else None
    except ImageError as error:
        return Refusal(UNREADABLE, str(error).replace(str(path), "it"))
    digest = "" if pixels is None else array_digest(pixels.stored)
    if pixels is not None and (word is not None or must_look_for_text(dataset)):
        shape = pixels.stored.shape[1:3]
        found = _writing(pixels, digest, desk, treated) if word is None else ()
        decision = decide(found, dataset, shape, desk.screens) if word is None else Decision(word, "")
        settled = without_writing(dataset, pixels, decision, desk.options if word is None else RESEARCH)
        if isinstance(settled, Proposal):
            return settled
        if settled is not pixels:
            pixels, digest = settled, array_digest(settled.stored)
        elif word is not None and says_burned_in(dataset):
            dataset.BurnedInAnnotation = "NO"
    cleaned = deidentify(dataset, desk.keys, desk.options, looked_by_person=word is not None)
    if isinstance(cleaned, Refusal):
        return cleaned
    _stage(cleaned, pixels, digest, desk, treated)
    return None


def _treat_quickly(data: bytes | None, desk: Desk, treated: Treated) -> bool:
    """Do what `_treat_file` does for a usual file, from its bytes; False where that must do it."""
    raw = None if data is None or desk.cleaner is None else desk.cleaner.clean(data)
    if raw is None:
        return False
    cleaned = checked(Written(raw.data, raw.pixels_at), raw.dataset, raw.case)
    if isinstance(cleaned, Refusal):
        return False
    header = raw.pixels.header
    pixels = DicomPixels(raw.pixels.stored, header.photometric, header.bits_stored, raw.dataset)
    _stage(cleaned, pixels, array_digest(pixels.stored), desk, treated)
    return True


def _stage(
    cleaned: Deidentified, pixels: DicomPixels | None, digest: str, desk: Desk, treated: Treated
) -> None:
    """Write a cleaned file on the archive's disk, and fill in what index and vault need."""
    treated.row = image_facts(cleaned, pixels, digest)
    case = cleaned.case
    treated.vault = [(PATIENT, case.pseudonym, case.patient_id), (STUDY, treated.row["study"], case.study)]
    if case.accession:
        treated.vault.append((ACCESSION, case.research_accession, case.accession))
    treated.staged = str(_staged(cleaned.data, desk.staging))


def _writing(pixels: DicomPixels, digest: str, desk: Desk, treated: Treated) -> tuple[TextBox, ...]:
    """What the search finds in a picture, or found in the same pixels before."""
    known = desk.ask(METHOD, digest)
    if known is None:
        known = [astuple(box) for box in desk.search.find_in(pixels)]
        treated.boxes = (digest, known)
    return tuple(TextBox(*box) for box in known)


def _staged(data: bytes, staging: Path) -> Path:
    """Write a cleaned file; whoever gives it its final name makes sure that it survives a power cut."""
    handle, name = tempfile.mkstemp(dir=staging, suffix=".dcm")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    return Path(name)
