"""A release that is asked for in the browser: what is chosen, on which terms, and whether it may leave."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hilum.archive import Archive
from hilum.archive.release import standing
from hilum.archive.release_choice import all_images, chosen_images, chosen_patients
from hilum.archive.release_facts import facts_of, violations
from hilum.archive.release_log import WITHDRAWAL, ReleaseLog
from hilum.archive.release_terms import Terms, names_a_patient, one_line, terms_of, today
from hilum.errors import HilumError, TableError
from hilum.serving.failures import Refusal
from hilum.study import read_table

if TYPE_CHECKING:
    import pandas as pd

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
_IMAGE_COLUMNS = ("image", "images")
_PATIENT_COLUMNS = ("patient", "patient_id", "research_patient")


@dataclass(frozen=True)
class SentTable:
    """A table as a browser sent it.

    Attributes:
        ending: of its name, in small letters.
        content: its bytes.
    """

    ending: str
    content: bytes


@dataclass(frozen=True)
class Look:
    """What would leave, and what speaks against it.

    Attributes:
        terms: recipient, approval, committee, last day and purpose, seen to.
        chosen: rows of `Archive.objects()`.
        everything: whether that is all of the archive.
        lacking: why patients lack the proof that their class needs, by research identifier; empty where
            no facts were given.
        releases_before: how many releases under this approval stand already.
    """

    terms: Terms
    chosen: "pd.DataFrame"
    everything: bool
    lacking: Mapping[str, str]
    releases_before: int


def look_at(
    archive: Archive,
    given: Mapping[str, str],
    choice: SentTable | None,
    facts: SentTable | None,
    images: list[str] | None = None,
) -> Look:
    """See what a release would be made of, and that it may be made.

    Args:
        archive: what it is made from.
        given: recipient, approval, committee, expires and purpose, and the reason for lacking proofs.
        choice: a table of the images or patients that leave; everything without one.
        facts: pathology and follow-up, checked against the class.
        images: instead of a table, the images that leave.

    Raises:
        Refusal: terms are missing or name a patient, the approval has expired or was withdrawn, or a table
            cannot be read.
    """
    try:
        terms = terms_of(given, today())
    except HilumError as refused:
        raise Refusal(422, in_a_browser(str(refused))) from None
    texts = {"recipient": terms.recipient, "approval number": terms.approval, "committee": terms.committee}
    _name_nobody(archive, {**texts, "purpose": terms.purpose, "reason": one_line(given.get("reason") or "")})
    log = ReleaseLog(archive)
    if fault := log.fault():
        raise Refusal(
            409, f"the record of releases was changed from outside ({fault}): nothing can be released"
        )
    lines = log.entries()
    if any(one.what == WITHDRAWAL and one.approval == terms.approval for one in lines):
        raise Refusal(409, f"the approval {terms.approval} was withdrawn: ask the committee for a new one")
    chosen = _chosen(archive, choice, images)
    before = sum(one.approval == terms.approval for one in standing(lines))
    everything = choice is None and images is None
    return Look(terms, chosen, everything, _lacking(archive, facts, chosen), before)


def in_a_browser(sentence: str) -> str:
    """A sentence of the command line, without the names of its options.

    Example:
        >>> in_a_browser("missing: the purpose (--purpose)")
        'missing: the purpose'
    """
    return re.sub(r" \(--[a-z-]+\)", "", sentence)


def _name_nobody(archive: Archive, texts: Mapping[str, str]) -> None:
    named = names_a_patient(archive, {name: text for name, text in texts.items() if text})
    if named:
        raise Refusal(422, f"the {named} holds an identifier of a patient: say it without")


def _chosen(archive: Archive, choice: SentTable | None, images: list[str] | None) -> "pd.DataFrame":
    try:
        if images is not None:
            found = chosen_images(archive, images)
        elif choice is None:
            found = all_images(archive)
        else:
            kind, values = _named_in(choice)
            found = (chosen_images if kind == "images" else chosen_patients)(archive, values)
    except HilumError as refused:
        raise Refusal(422, str(refused).partition(" with `hilum")[0]) from None
    if found.empty:
        raise Refusal(422, "no image was chosen: there is nothing to release")
    return found


def _named_in(sent: SentTable) -> tuple[str, list[str]]:
    from hilum.study.values import texts_of

    table = table_in(sent, "list of what leaves")
    for kind, names in (("images", _IMAGE_COLUMNS), ("patients", _PATIENT_COLUMNS)):
        for column in table.columns:
            if str(column).strip().lower() in names:
                return kind, [text for text in texts_of(table[column]) if text]
    raise TableError("the list of what leaves has no column `patient` and none `image`: name one of them so")


def table_in(sent: SentTable, what: str) -> "pd.DataFrame":
    """A table that was sent; it lies on the disk only while it is read.

    Args:
        sent: the table.
        what: it is, for the sentence that says why it cannot be read.

    Raises:
        Refusal: it is none.
    """
    if sent.ending not in TABLES:
        raise Refusal(422, f"the {what} cannot be read: save it as CSV (.csv) or Excel (.xlsx)")
    with tempfile.TemporaryDirectory(prefix="hilum-table-") as folder:
        path = Path(folder) / f"table{sent.ending}"
        path.write_bytes(sent.content)
        try:
            return read_table(path)
        except HilumError as refused:
            raise Refusal(422, str(refused).replace(path.name, f"the {what}")) from None


def _lacking(archive: Archive, facts: SentTable | None, chosen: "pd.DataFrame") -> Mapping[str, str]:
    if facts is None:
        return {}
    patients = set(chosen["patient"])
    try:
        found = facts_of(table_in(facts, "table of facts"), patients, archive.research_patient)
    except HilumError as refused:
        raise Refusal(422, str(refused)) from None
    return violations(found, patients)
