"""On what terms a data set leaves the house: who gets it, who approved it, until when, and what for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hilum.archive.archive import Archive
from hilum.errors import WorkspaceError

_LONGEST = 300
_NAMES = {
    "recipient": "the recipient (--recipient)",
    "approval": "the approval number (--approval)",
    "committee": "the committee that approved it (--committee)",
    "expires": "the day on which the approval expires (--expires)",
    "purpose": "the purpose (--purpose)",
}


@dataclass(frozen=True)
class Terms:
    """The terms of a release.

    Attributes:
        recipient: who gets the data.
        approval: the number of the approval.
        committee: who approved it.
        expires: the last day on which the data may be used.
        purpose: what they may be used for.

    Example:
        >>> Terms("Busan AI Centre", "2026-014", "Data Review Board", date(2030, 1, 1), "CT study").approval
        '2026-014'
    """

    recipient: str
    approval: str
    committee: str
    expires: date
    purpose: str


def terms_of(given: Mapping[str, str | None], day: date) -> Terms:
    """Terms that can stand: nothing is missing, and the approval holds on this day.

    Args:
        given: recipient, approval, committee, expires (YYYY-MM-DD) and purpose.
        day: today.

    Raises:
        WorkspaceError: something is missing, is no date, or has expired.

    Example:
        >>> terms_of({"recipient": "Busan AI Centre"}, date(2026, 3, 1))
        Traceback (most recent call last):
        hilum.errors.WorkspaceError: a data set leaves only with its terms; missing: the approval number ...
    """
    texts = {name: one_line(given.get(name) or "") for name in _NAMES}
    missing = [words for name, words in _NAMES.items() if not any(map(str.isalnum, texts[name]))]
    if missing:
        raise WorkspaceError(f"a data set leaves only with its terms; missing: {', '.join(missing)}")
    for name, text in texts.items():
        if len(text) > _LONGEST:
            raise WorkspaceError(f"{_NAMES[name]} is too long: say it in {_LONGEST} characters")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", texts["expires"], re.ASCII):
        raise WorkspaceError("the day on which the approval expires is written as 2030-12-31")
    try:
        expires = date.fromisoformat(texts["expires"])
    except ValueError:
        raise WorkspaceError("the day on which the approval expires is no day of the calendar") from None
    if expires < day:
        raise WorkspaceError(f"the approval expired on {expires}: ask the committee for a new one")
    return Terms(texts["recipient"], texts["approval"], texts["committee"], expires, texts["purpose"])


def names_a_patient(archive: Archive, texts: Mapping[str, str]) -> str | None:
    """Which text holds a real PatientID or accession number that the vault knows; None where none does.

    Words with a digit and of five characters at least are looked up; the access is recorded.

    Args:
        archive: whose vault is asked.
        texts: by what they are.

    Example:
        >>> import tempfile, pathlib
        >>> from hilum.archive import create_workspace
        >>> archive = Archive(create_workspace(pathlib.Path(tempfile.mkdtemp()) / "lung"))
        >>> names_a_patient(archive, {"purpose": "films of 00123456"}) is None
        True
    """
    for name, text in texts.items():
        words = sorted({*text.split(), *re.findall(r"\w+", text), *re.findall(r"[\w.\-]+\w", text)})
        asked = [word for word in words if len(word) >= 5 and any(map(str.isdigit, word))]
        for kind in ("patient", "accession") if asked else ():
            if any(archive.vault.research(kind, asked, "that a release names no patient")):
                return name
    return None


def one_line(text: str) -> str:
    r"""A text without line breaks and control characters.

    Example:
        >>> one_line(" a\tb\n")
        'a b'
    """
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.encode("utf-8", "replace").decode().split())


def today() -> date:
    """The day where this machine stands."""
    return datetime.now(UTC).astimezone().date()
