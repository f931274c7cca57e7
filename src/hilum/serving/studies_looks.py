"""Which look at a cohort belongs to the study as it is now."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from hilum.errors import HilumError
from hilum.serving.studies_private import write_private
from hilum.serving.studies_revisions import text_of
from hilum.study import dump_study, parse_study

_FILE = ".look.json"


@dataclass(frozen=True)
class Look:
    """A job that looked at a cohort.

    Attributes:
        job: Its number.
        mark: Of what the cohort depended on.
    """

    job: str
    mark: str


def note_look(folder: Path, job: str) -> None:
    """Note that a job looks at a study as it is now."""
    write_private(folder / _FILE, json.dumps(asdict(Look(job, mark_of(folder)))).encode())


def look_kept(folder: Path) -> Look | None:
    """The last job that looked, or None."""
    try:
        return Look(**json.loads((folder / _FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def looks_like_now(folder: Path, look: Look) -> bool:
    """Whether nothing that the cohort depends on has changed since a look."""
    return look.mark == mark_of(folder)


def mark_of(folder: Path) -> str:
    """A mark of all that a cohort depends on beside its images: readers may change without another look."""
    text = text_of(folder)
    try:
        study = parse_study(text)
    except HilumError:
        return hashlib.sha256(text.encode()).hexdigest()
    plain = study.model_copy(update={"readers": (), "title": ""})
    table = folder / study.cohort.table if study.cohort.table else None
    status = table.stat() if table is not None and table.is_file() else None
    stamp = "" if status is None else f"{status.st_mtime_ns} {status.st_size}"
    return hashlib.sha256(f"{dump_study(plain)}{stamp}".encode()).hexdigest()
