"""A data set for a recipient: only on terms, with its protocol, statistics and hashes, and on record."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilum.archive.archive import Archive
from hilum.archive.release_facts import Fact, facts_csv, violations
from hilum.archive.release_log import FAILURE, RECALL, RELEASE, WITHDRAWAL, Entry, ReleaseLog
from hilum.archive.release_package import MANIFEST, TERMS, fill_package, unfinished
from hilum.archive.release_terms import Terms, names_a_patient, one_line
from hilum.errors import SeriousFindingError, WorkspaceError
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 10


@dataclass(frozen=True)
class Release:
    """What a release is made of.

    Attributes:
        terms: who gets it, who approved it, until when, what for.
        chosen: rows of `Archive.objects()`.
        facts: pathology and follow-up of its patients; None where none are given.
        accepted: why it leaves although facts do not prove the class of some patients.
    """

    terms: Terms
    chosen: "pd.DataFrame"
    facts: Sequence[Fact] | None = None
    accepted: str = ""


def make_release(archive: Archive, release: Release, out: Path, progress: Progress = silent) -> Entry:
    """Make the folder that a recipient gets, and record it.

    The record is written before the folder has its name: what left the house is always on record.

    Args:
        archive: where the images lie.
        release: what and for whom.
        out: the folder to make, new or empty.
        progress: is told how far it is.

    Returns:
        The line of the record.

    Raises:
        WorkspaceError: there is nothing to release, the approval was withdrawn, an image was changed since it
            was archived, the terms name a patient, or the folder cannot be made.
        SeriousFindingError: facts do not prove the class of some patients, and this was not accepted.
    """
    accepted = one_line(release.accepted)
    terms = release.terms
    if release.chosen.empty:
        raise WorkspaceError("no image was chosen: there is nothing to release")
    _refuse_place(archive, out)
    texts = {"recipient": terms.recipient, "approval number": terms.approval, "committee": terms.committee}
    named = names_a_patient(archive, {**texts, "purpose": terms.purpose, "reason": accepted})
    if named:
        raise WorkspaceError(f"the {named} holds an identifier of a patient: say it without")
    log = ReleaseLog(archive)
    if fault := log.fault():
        raise WorkspaceError(
            f"the record of releases was changed from outside ({fault}): nothing is released"
        )
    if any(one.what == WITHDRAWAL and one.approval == terms.approval for one in log.entries()):
        raise WorkspaceError(f"the approval {terms.approval} was withdrawn: ask the committee for a new one")
    lacking = _lacking(release, accepted)
    entry = Entry(
        RELEASE,
        terms.approval,
        terms.committee,
        terms.recipient,
        terms.purpose,
        terms.expires.isoformat(),
        patients=int(release.chosen["patient"].nunique()),
        images=len(release.chosen),
        note=accepted if lacking else "",
    )
    with unfinished(out) as folder:
        beside = {} if release.facts is None else {"facts.csv": facts_csv(release.facts)}
        manifest = fill_package(folder, archive, release.chosen, beside, _classes(release), progress=progress)
        return _recorded(log, replace(entry, manifest=manifest), lacking, folder, out)


def withdraw(archive: Archive, which: str, reason: str) -> list[Entry]:
    """Record that an approval was withdrawn or one release called back; its recipient has to be told.

    Args:
        archive: whose record it is.
        which: an approval number, or the number of one release in the record.
        reason: why.

    Returns:
        The releases that are withdrawn by it.

    Raises:
        WorkspaceError: there is no such release that still stands, or no reason.
    """
    said = one_line(reason)
    if not said:
        raise WorkspaceError("say why it is withdrawn: --reason")
    if names_a_patient(archive, {"reason": said}):
        raise WorkspaceError("the reason holds an identifier of a patient: say it without")
    log = ReleaseLog(archive)
    lines = standing(log.entries())
    what, found = WITHDRAWAL, [one for one in lines if one.approval == which.strip()]
    if not found:
        what, found = RECALL, [one for one in lines if str(one.number) == which.strip().removeprefix("#")]
    if not found:
        raise WorkspaceError("no release under this number stands: see `hilum archive releases`")
    log.add([replace(one, what=what, of=one.number, note=said) for one in found])
    return found


def standing(entries: Sequence[Entry]) -> list[Entry]:
    """The releases of a record that were neither withdrawn nor failed; expired ones are among them.

    Example:
        >>> release = Entry("release", "1", "Board", "Centre", "CT study", "2030-01-01", number=1)
        >>> len(standing([release])), len(standing([release, replace(release, what="withdrawal", of=1)]))
        (1, 0)
    """
    ended = {one.of for one in entries}
    return [one for one in entries if one.what == RELEASE and one.number not in ended]


def states(entries: Sequence[Entry], day: date) -> list[tuple[Entry, str]]:
    """Every release with its state on a day: `valid`, `expired`, `withdrawn` or `failed`.

    Example:
        >>> release = Entry("release", "1", "Board", "Centre", "CT study", "2030-01-01", number=1)
        >>> [states([release], date(year, 1, 1))[0][1] for year in (2030, 2031)]
        ['valid', 'expired']
    """
    ended = {one.of: one for one in entries if one.of}
    found = []
    for one in (one for one in entries if one.what == RELEASE):
        state = "expired" if one.left_days(day) < 0 else "valid"
        if one.number in ended:
            state = "failed" if ended[one.number].what == FAILURE else "withdrawn"
        found.append((one, state))
    return found


def _lacking(release: Release, accepted: str) -> dict[str, str]:
    if release.facts is None:
        return {}
    patients = set(release.chosen["patient"])
    lacking = violations(release.facts, patients)
    if lacking and not accepted:
        shown = "; ".join(f"{patient}: {why}" for patient, why in list(lacking.items())[:_SHOWN])
        more = f"; and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else ""
        raise SeriousFindingError(
            f"{len(lacking)} of {len(patients)} patients lack what their class needs: {shown}{more}: correct "
            'the table, leave them out, or say why they are right with --accept-violations "REASON"'
        )
    return lacking


def _recorded(log: ReleaseLog, entry: Entry, lacking: dict[str, str], folder: Path, out: Path) -> Entry:
    """Put the release on record, then give the folder its name."""
    text = json.dumps(_told(entry, lacking), indent=1, ensure_ascii=False) + "\n"
    (folder / TERMS).write_text(text, encoding="utf-8")
    folder.chmod(0o755)
    os.sync()
    written = log.add([entry])[0]
    try:
        folder.rename(out)
    except OSError as error:
        log.add(
            [replace(written, what=FAILURE, of=written.number, note="its folder could not be put in place")]
        )
        raise WorkspaceError(f"{out} cannot be made: {error.strerror}; the record says so") from None
    return written


def _told(entry: Entry, lacking: dict[str, str]) -> dict[str, Any]:
    """What `RELEASE.json` says."""
    from importlib.metadata import version

    from hilum.archive.release_terms import today

    return {
        "recipient": entry.recipient,
        "approval": entry.approval,
        "committee": entry.committee,
        "purpose": entry.purpose,
        "expires": entry.expires,
        "released": today().isoformat(),
        "patients": entry.patients,
        "images": entry.images,
        "manifest": MANIFEST,
        "manifest_sha256": entry.manifest,
        "accepted_violations": {"reason": entry.note, "patients": lacking} if lacking else None,
        "made_by": f"hilum {version('hilum')}",
    }


def _refuse_place(archive: Archive, out: Path) -> None:
    root, place = archive.workspace.root.resolve(), out.resolve()
    kept = [archive.folder, archive.workspace.vault_folder, archive.workspace.quarantine_folder]
    if place == root or any(place.is_relative_to(folder.resolve()) for folder in kept):
        raise WorkspaceError(f"{out} lies inside the archive, vault or quarantine: name a folder elsewhere")


def _classes(release: Release) -> "pd.Series[str] | None":
    """The class of every row: that of its patient, empty where the facts name none or several."""
    if release.facts is None:
        return None
    of_patient: dict[str, set[str]] = {}
    for fact in release.facts:
        of_patient.setdefault(fact.patient, set()).add(fact.of_class)
    one = {patient: next(iter(classes)) for patient, classes in of_patient.items() if len(classes) == 1}
    found: pd.Series[str] = release.chosen["patient"].map(one).fillna("").astype(object)
    return found
