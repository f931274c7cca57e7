"""Two people check a list before anything is fetched by it, and both sign (four-eyes principle)."""

import fcntl
import getpass
import json
import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hilum.archive import Archive
from hilum.conduct.pull_list import PullList
from hilum.errors import PacsError

_FILE = "checks.jsonl"


@dataclass(frozen=True)
class ListCheck:
    """Who has checked a list.

    Attributes:
        names: of different people, in the order in which they signed.
    """

    names: tuple[str, ...]

    @property
    def done(self) -> bool:
        """Whether two different people have signed.

        Example:
            >>> ListCheck(("Kim Younghee",)).done
            False
        """
        return len(self.names) >= 2


def pulls_folder(archive: Archive) -> Path:
    """Where checks, states and results of pulls lie; only its owner may look in."""
    folder = archive.workspace.root / "pulls"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def list_check(archive: Archive, listing: PullList) -> ListCheck:
    """Who has checked exactly this list; a list that was changed afterwards is another list."""
    names: dict[str, str] = {}
    try:
        lines = (pulls_folder(archive) / _FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        lines = []
    fingerprint = archive.accounting.keys.fingerprint(listing.digest)
    for line in lines:
        record = _genuine(archive, line)
        if record is not None and record.get("list") == fingerprint:
            names.setdefault(_plain(record["by"]), record["by"])
    return ListCheck(tuple(names.values()))


def sign_list(archive: Archive, listing: PullList, by: str) -> ListCheck:
    """Record that somebody has checked this list.

    Args:
        archive: its workspace keeps the record, which only grows, each line sealed with the vault's key.
        listing: the list.
        by: the name of who has checked it.

    Raises:
        PacsError: rows must be corrected first, the name is none, or this person has signed already.
    """
    if listing.problems:
        raise PacsError(f"the list cannot be signed: {len(listing.problems)} rows must be corrected first")
    if len(_plain(by)) < 2:
        raise PacsError("say who has checked the list: --by NAME")
    known = list_check(archive, listing)
    if _plain(by) in map(_plain, known.names):
        raise PacsError("this person has signed already: the second check must be another person's")
    _append(archive, listing, " ".join(by.split()))
    return list_check(archive, listing)


def require_check(archive: Archive, listing: PullList, unchecked: str) -> str:
    """See that the list was checked by two people, or that there is a reason why not.

    Returns:
        In a sentence, on whose word the list is used.

    Raises:
        PacsError: it was not checked, and there is no reason.
    """
    check = list_check(archive, listing)
    if check.done:
        return f"checked by {len(check.names)} people"
    if unchecked.strip():
        return f"not checked by two people, because: {' '.join(unchecked.split())}"
    raise PacsError(
        f"this list was checked by {len(check.names)} of 2 people: each runs "
        "`hilum pacs list-check LIST --by NAME` (a list that was changed anew), or give the "
        "reason with --unchecked"
    )


def _append(archive: Archive, listing: PullList, by: str) -> None:
    record = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": by,
        "account": getpass.getuser(),
        "list": archive.accounting.keys.fingerprint(listing.digest),
        "rows": len(listing.rows),
        "remarks": list(listing.remarks),
    }
    record["seal"] = _seal(archive, record)
    line = json.dumps(record, ensure_ascii=False) + "\n"
    path = pulls_folder(archive) / _FILE
    with os.fdopen(
        os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "w", encoding="utf-8"
    ) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _genuine(archive: Archive, line: str) -> dict[str, str] | None:
    """A line that was written by this program with the vault's key; None for any other."""
    try:
        record = json.loads(line)
        seal = record.pop("seal")
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    return record if seal == _seal(archive, record) else None


def _seal(archive: Archive, record: dict[str, object]) -> str:
    return archive.accounting.keys.lookup("list check", json.dumps(record, sort_keys=True))


def _plain(name: str) -> str:
    """A name without what differs between two ways of typing it."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()
