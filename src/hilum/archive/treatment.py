"""What happens to one file: read, searched for writing, cleaned, written; or put into quarantine."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from hilum.archive.facts import image_facts
from hilum.archive.fetching import contents, fetched, source_of
from hilum.archive.known_sources import KnownSources
from hilum.archive.leaves import Leaf
from hilum.archive.outcome import (
    ARCHIVED,
    NOT_DICOM,
    QUARANTINED,
    SKIPPED,
    UNREADABLE,
    Treated,
    put_aside,
)
from hilum.archive.quarantine import AFTER, BEFORE, Quarantine
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
        known: the sources that the index may hold; about others it need not be asked.
    """

    keys: ResearchKeys
    staging: Path
    quarantine: Quarantine
    search: TextSearch
    ask: Callable[[str, str], Any]
    options: Options = RESEARCH
    cleaner: RawCleaner | None = None
    screens: tuple[ScreenTemplate, ...] = ()
    known: KnownSources = field(default_factory=lambda: KnownSources(None))


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
        treated = Treated(QUARANTINED, source)
        new = not desk.known.may_hold(source)
        if new and not boxes and _treat_quickly(data, desk, treated):
            return treated
        known = desk.ask("source", source)
        if known == ARCHIVED:
            return Treated(SKIPPED, source)
        if known == QUARANTINED:
            return treated
        refusal = Refusal(UNREADABLE, leaf.obstacle)
        if path is not None:
            if not new and not boxes and _treat_quickly(data, desk, treated):
                return treated
            word = tuple(TextBox(*box) for box in boxes) if looked_by_person else None
            refusal_or_none = _treat_file(path, desk, treated, word)
            if refusal_or_none is None:
                treated.outcome = ARCHIVED
                return treated
            refusal = refusal_or_none
        treated.reason = refusal.reason
        if not looked_by_person:
            proposed, pictures = _to_look_at(refusal)
            put_aside(desk.quarantine, leaf, source, refusal, path, boxes=proposed, pictures=pictures)
        return treated


def _to_look_at(
    refusal: Refusal,
) -> tuple[tuple[tuple[int, int, int, int], ...], dict[str, bytes]]:
    """The boxes and pictures that a person must look at."""
    if isinstance(refusal, Proposal):
        return refusal.boxes, {BEFORE: refusal.before, AFTER: refusal.after}
    return (), {}


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
    treated.outcome = ARCHIVED
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
        treated.boxes = (METHOD, digest, known)
    return tuple(TextBox(*box) for box in known)


def _staged(data: bytes, staging: Path) -> Path:
    """Write a cleaned file; whoever gives it its final name makes sure that it survives a power cut."""
    handle, name = tempfile.mkstemp(dir=staging, suffix=".dcm")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        Path(name).chmod(0o644)
    return Path(name)
