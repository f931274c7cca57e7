"""Every state that a study ever had: who made it and when, with its tables, to go back to."""

import hashlib
import json
import re
import shutil
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from hilum.serving.failures import Refusal
from hilum.serving.studies_private import one_at_a_time, private_folder, write_private
from hilum.serving.studies_store import STUDY_FILE

_REVISIONS, _FILES, _DRAFT = ".revisions", ".files", ".draft.toml"
FILE_NAME = re.compile(r"[^\W_][\w ()+,\-.@\[\]]{0,119}")
OUTSIDE = "changed outside the workbench"


@dataclass(frozen=True)
class Revision:
    """One state of a study.

    Attributes:
        number: Counted from 1.
        at: When (UTC, ISO 8601).
        person: Number of the account; 0 where the file was changed outside the workbench.
        name: The account's name.
        what: What was done, in a word or two.
        text: The study file.
        files: Tables beside it, by name, with the SHA-256 of their bytes.
    """

    number: int
    at: str
    person: int
    name: str
    what: str
    text: str
    files: dict[str, str] = field(default_factory=dict)


def tag_of(text: str) -> str:
    """The mark of a state of the file, by which two pages notice each other.

    Example:
        >>> tag_of("version = 1") == tag_of("version = 2")
        False
    """
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def text_of(folder: Path) -> str:
    """The study file's text as it is, finished where a save was cut off.

    Raises:
        Refusal: 404, there is no study file, or it is no text.
    """
    try:
        text = (folder / STUDY_FILE).read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        last = _last(folder)
        if last is None:
            raise Refusal(404, "this study has no study file, or it is no UTF-8 text") from None
        return last.text
    # A save writes the state first, then the file: where it was cut off between, the state is what was meant.
    last = _last(folder)
    before = read_revision(folder, last.number - 1) if last is not None and last.number > 1 else None
    if last is not None and before is not None and text == before.text != last.text:
        return last.text
    return text


def save(
    folder: Path,
    text: str,
    tag: str | None,
    person: tuple[int, str],
    what: str,
    *,
    files: dict[str, str] | None = None,
) -> Revision:
    """Save a state of a study.

    Args:
        folder: The study's folder.
        text: The study file.
        tag: The mark of the state that was changed; None for a new study.
        person: Number and name of the account.
        what: What was done.
        files: Tables that were added or replaced, by name, as `keep_file` gave their hashes.

    Raises:
        Refusal: 409, the study was changed by somebody else since.
    """
    with one_at_a_time(folder):
        last = _last(folder)
        now = text_of(folder) if tag is not None or last is not None else None
        if now is not None and tag != tag_of(now):
            raise Refusal(
                409, "this study was changed in another window or by somebody else since it was loaded"
            )
        if now is not None and (last is None or last.text != now):
            last = _write(folder, _following(last, now, (0, ""), OUTSIDE, {}))
        revision = _following(last, text, person, what, files or {})
        unchanged = last is not None and last.text == text and last.files == revision.files
        if last is None or not unchanged:
            _write(folder, revision)
        else:
            revision = last
        write_private(folder / STUDY_FILE, text.encode())
        (folder / _DRAFT).unlink(missing_ok=True)
    return revision


def restore(folder: Path, number: int, tag: str, person: tuple[int, str]) -> Revision:
    """Go back to an earlier state, which becomes the newest; nothing in between is lost.

    Raises:
        Refusal: There is no such state, or the study was changed since.
    """
    earlier = read_revision(folder, number)
    if earlier is None:
        raise Refusal(404, "there is no such earlier state of this study")
    for name, digest in earlier.files.items():
        kept = folder / _FILES / digest
        if kept.exists():
            write_private(folder / name, kept.read_bytes())
    return save(folder, earlier.text, tag, person, f"back to {number}", files=earlier.files)


def keep_file(folder: Path, name: str, content: bytes) -> dict[str, str]:
    """Put a table beside the study file; what had its name before is kept.

    Returns:
        For `save`: the name with the hash of the content.

    Raises:
        Refusal: 422, the name cannot be that of a table.
    """
    if not FILE_NAME.fullmatch(name) or name == STUDY_FILE:
        raise Refusal(422, "the file's name cannot be used: give it a short name of letters, digits, - and _")
    kept = private_folder(folder / _FILES)
    with one_at_a_time(folder):
        for each in (content, (folder / name).read_bytes() if (folder / name).is_file() else b""):
            path = kept / hashlib.sha256(each).hexdigest()
            if each and not path.exists():
                write_private(path, each)
        write_private(folder / name, content)
    return {name: hashlib.sha256(content).hexdigest()}


def usable_name(name: str) -> str:
    r"""A file's name as it may stand beside a study: without folders, of bearable length.

    Example:
        >>> usable_name("C:\\data\\\\outcomes (1).xlsx"), usable_name("..\\\\.hidden.csv")
        ('outcomes (1).xlsx', 'hidden.csv')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = re.sub(r"[^\w ()+,\-.@\[\]]", "_", last).lstrip("._- ").strip() or "table.csv"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:100]}{dot}{ending[:10]}" if dot else plain[:100]


def copy_study(source: Path, goal: Path) -> None:
    """Copy a study's tables and uploaded images into another folder, without its history."""
    for path in sorted(source.iterdir()):
        if path.name.startswith(".") or path.is_symlink() or path.name == STUDY_FILE:
            continue
        if path.is_dir():
            shutil.copytree(path, goal / path.name, symlinks=True)
        else:
            write_private(goal / path.name, path.read_bytes())


def keep_draft(folder: Path, text: str) -> None:
    """Keep a text that hilum cannot read yet, so that typing is never lost."""
    write_private(folder / _DRAFT, text.encode())


def drop_draft(folder: Path) -> None:
    """Forget the text that was not read."""
    (folder / _DRAFT).unlink(missing_ok=True)


def draft_of(folder: Path) -> str | None:
    """The text that hilum could not read yet, or None."""
    try:
        return (folder / _DRAFT).read_text(encoding="utf-8")
    except OSError:
        return None


def revisions_of(folder: Path) -> list[Revision]:
    """All states, the newest first."""
    found = (read_revision(folder, int(path.stem)) for path in (folder / _REVISIONS).glob("[0-9]*.json"))
    return sorted((each for each in found if each is not None), key=lambda each: -each.number)


def read_revision(folder: Path, number: int) -> Revision | None:
    """One state; None where there is none of this number."""
    try:
        return Revision(**json.loads(_path(folder, number).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _last(folder: Path) -> Revision | None:
    numbers = sorted((int(path.stem) for path in (folder / _REVISIONS).glob("[0-9]*.json")), reverse=True)
    return next((found for number in numbers if (found := read_revision(folder, number)) is not None), None)


def _following(
    last: Revision | None, text: str, person: tuple[int, str], what: str, files: dict[str, str]
) -> Revision:
    number = 1 if last is None else last.number + 1
    at = datetime.now(UTC).isoformat(timespec="seconds")
    every = {**(last.files if last is not None else {}), **files}
    return Revision(number, at, person[0], person[1], what, text, every)


def _write(folder: Path, revision: Revision) -> Revision:
    private_folder(folder / _REVISIONS)
    content = json.dumps(asdict(revision), ensure_ascii=False).encode()
    write_private(_path(folder, revision.number), content)
    return revision


def _path(folder: Path, number: int) -> Path:
    return folder / _REVISIONS / f"{number:06d}.json"
