"""What jobs there are: each is a command of `hilum`, asked for by people with one right."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from hilum.archive import Workspace
from hilum.serving.access.rights import Right
from hilum.serving.images.uploads import delete_upload
from hilum.serving.jobs.asked import (
    CriteriaAsked,
    ExportAsked,
    IngestAsked,
    NothingAsked,
    PhantomAsked,
    PredictAsked,
    PullAsked,
    ReleaseAsked,
    RunAsked,
    StudyAsked,
    VerifyAsked,
)
from hilum.serving.jobs.child import ERRORS, private_file
from hilum.serving.packages_folder import only_made
from hilum.serving.readings_outcome import PREDICTED, settle
from hilum.serving.readings_store import PICTURES, RESULT, forget_images


@dataclass(frozen=True)
class JobKind:
    """One kind of job.

    Attributes:
        name: its name.
        right: what a person needs who asks for it.
        asked: the form of what is asked.
        words: the command's words, of what is asked and the job's own folder.
        heavy: whether it waits for other heavy work to end.
        result: what came of it, of what the command printed and the job's folder; plain data without
            identifiers of patients and without paths of sources.
        found_is_done: exit code 1 means that the work was done and found something serious.
        prints_json: what the command prints is its result, and no line of a log.
        about: plain facts for the list of jobs.
        secrets: texts that no log may repeat, such as paths that may name a patient.
        after: what is to be done once the work is done, of what was asked and the server's folder.
        side_by_side: whether several for one study may wait and work at the same time.
    """

    name: str
    right: Right
    asked: type[BaseModel]
    words: Callable[[Any, Path], list[str]]
    heavy: bool = True
    result: Callable[[str, Path, Workspace], dict[str, Any]] = lambda _printed, _folder, _workspace: {}
    found_is_done: bool = False
    prints_json: bool = False
    about: Callable[[Any], dict[str, Any]] = lambda _asked: {}
    secrets: Callable[[Any], list[str]] = lambda _asked: []
    after: Callable[[Any, Path], None] = lambda _asked, _serve: None
    side_by_side: bool = False


def _printed_json(printed: str, _folder: Path, _workspace: Workspace) -> dict[str, Any]:
    found = _last_json(printed)
    return found if isinstance(found, dict) else {}


def _last_json(printed: str) -> Any:
    lines = [line for line in printed.splitlines() if line[:1] in ("{", "[")]
    try:
        return json.loads(lines[-1]) if lines else None
    except ValueError:
        return None


def _run_made(printed: str, _folder: Path, _workspace: Workspace) -> dict[str, Any]:
    made = {
        name: text.strip()
        for name, mark, text in (line.partition(": ") for line in printed.splitlines())
        if mark and name in ("run", "report")
    }
    return {"run": Path(made["run"]).name} if "run" in made else {}


def _kept(printed: str, folder: Path, _workspace: Workspace) -> dict[str, Any]:
    """A result that is too large for a record stays in the job's folder, for the route that shows it."""
    found = _last_json(printed)
    (folder / "result.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    (folder / "result.json").chmod(0o600)
    if isinstance(found, list):
        return {"items": len(found)}
    return {name: value for name, value in (found or {}).items() if isinstance(value, bool | int | float)}


def _pull_result(printed: str, _folder: Path, _workspace: Workspace) -> dict[str, Any]:
    found = _last_json(printed)
    if not isinstance(found, dict):
        return {}
    statuses = [str(row.get("status")) for row in found.get("rows", [])]
    counts: Mapping[str, Any] = {status: statuses.count(status) for status in sorted(set(statuses))}
    return {"rows": counts, "archived": found.get("archived"), "quarantined": found.get("quarantined")}


def _pull(asked: PullAsked, _folder: Path) -> list[str]:
    words = ["pacs", "pull", asked.table, "--from", asked.peer, "--json"]
    words += ["--modality", asked.modality] if asked.modality else []
    words += ["--days", str(asked.days)] if asked.days else []
    words += ["--pause", str(asked.pause)] if asked.pause else []
    return words + (["--unchecked", asked.unchecked] if asked.unchecked else [])


def _predict(asked: PredictAsked, folder: Path) -> list[str]:
    place = Path(asked.place)
    if (place / RESULT).is_file():
        return ["--version"]  # all but the record of its end was there when the server was cut off
    # What earlier attempts said is said again by this one.
    before = (folder / ERRORS).stat().st_size if (folder / ERRORS).exists() else 0
    private_file(folder / _SAID_FROM, str(before).encode())
    words = ["predict", asked.model, *asked.images]
    words += ["--json", str(place / f"{PREDICTED}.json"), "--csv", str(place / f"{PREDICTED}.csv")]
    words += ["--pictures", str(place / PICTURES), *(["--maps"] if asked.maps else [])]
    return words + (["--table", asked.table] if asked.table else [])


def _predicted(_printed: str, folder: Path, _workspace: Workspace) -> dict[str, Any]:
    asked = PredictAsked.model_validate_json((folder / "asked.json").read_bytes())
    said = (folder / ERRORS).read_bytes()[int((folder / _SAID_FROM).read_bytes()) :]
    return settle(Path(asked.place), Path(asked.model) / "1", said.decode("utf-8", "replace"))


_SAID_FROM = "said-from"


def _criteria(asked: CriteriaAsked, _folder: Path) -> list[str]:
    words = ["archive", "criteria", asked.name, "--json"]
    return words + (["--classes", asked.classes] if asked.classes else [])


def _export(asked: ExportAsked, _folder: Path) -> list[str]:
    words = ["archive", "export", asked.out, "--layout", asked.layout, "--json"]
    words += [f"--{name.replace('_', '-')}={getattr(asked, name)}" for name in _INFO]
    return words + (["--classes", asked.classes] if asked.classes else [])


def _release(asked: ReleaseAsked, _folder: Path) -> list[str]:
    words = ["archive", "release", asked.out, "--json"]
    # With "=", a text that begins with a dash is still a text.
    words += [f"--{name}={getattr(asked, name)}" for name in _TERMS]
    for name in ("images", "facts", "accept_violations"):
        if getattr(asked, name):
            words.append(f"--{name.replace('_', '-')}={getattr(asked, name)}")
    return words


_INFO = ("description", "contributor", "data_version")
_TERMS = ("recipient", "approval", "committee", "expires", "purpose")

KINDS: tuple[JobKind, ...] = (
    JobKind(
        "ingest",
        Right.bring_images,
        IngestAsked,
        lambda asked, _folder: ["ingest", "--json", *asked.sources],
        result=_printed_json,
        prints_json=True,
        about=lambda asked: {"sources": len(asked.sources)},
        secrets=lambda asked: list(asked.sources),
        after=lambda asked, serve: delete_upload(serve, asked.upload),
    ),
    JobKind(
        "check",
        Right.see_studies,
        StudyAsked,
        lambda asked, _folder: ["check", asked.file, "--json"],
        heavy=False,
        result=_kept,
        found_is_done=True,
        prints_json=True,
    ),
    JobKind(
        "run",
        Right.run_studies,
        StudyAsked,
        lambda asked, _folder: ["run", asked.file],
        result=_run_made,
    ),
    JobKind(
        "report",
        Right.see_studies,
        RunAsked,
        lambda asked, _folder: ["report", asked.run],
        heavy=False,
        about=lambda asked: {"run": Path(asked.run).name},
    ),
    JobKind(
        "explain",
        Right.see_studies,
        RunAsked,
        lambda asked, folder: ["explain", asked.run, "--out", str(folder / "explained")],
        about=lambda asked: {"run": Path(asked.run).name},
    ),
    JobKind(
        "pull",
        Right.pull_from_pacs,
        PullAsked,
        _pull,
        result=_pull_result,
        found_is_done=True,
        prints_json=True,
        about=lambda asked: {"peer": asked.peer},
        secrets=lambda asked: [asked.table],
    ),
    JobKind(
        "predict",
        Right.see_models,
        PredictAsked,
        _predict,
        result=_predicted,
        about=lambda asked: {"images": len(asked.images), "reading": Path(asked.place).name},
        found_is_done=True,
        after=lambda asked, _serve: forget_images(Path(asked.place)),
        side_by_side=True,
    ),
    JobKind(
        "verify",
        Right.see_archive,
        VerifyAsked,
        lambda asked, _folder: ["archive", "verify", "--json", *(["--pixels"] if asked.pixels else [])],
        result=_kept,
        found_is_done=True,
        prints_json=True,
        about=lambda asked: {"pixels": asked.pixels},
    ),
    JobKind(
        "series",
        Right.see_archive,
        NothingAsked,
        lambda _asked, _folder: ["archive", "series", "--json"],
        result=_kept,
        prints_json=True,
    ),
    JobKind(
        "criteria",
        Right.see_archive,
        CriteriaAsked,
        _criteria,
        result=_kept,
        found_is_done=True,
        prints_json=True,
        about=lambda asked: {"name": asked.name},
    ),
    JobKind(
        "export",
        Right.release_data,
        ExportAsked,
        _export,
        result=_printed_json,
        prints_json=True,
        about=lambda asked: {"layout": asked.layout},
        secrets=lambda asked: [str(Path(asked.out).parent)],
        after=lambda asked, _serve: only_made(Path(asked.out)),
    ),
    JobKind(
        "release",
        Right.release_data,
        ReleaseAsked,
        _release,
        result=lambda printed, _folder, _workspace: {
            name: value
            for name, value in _printed_json(printed, _folder, _workspace).items()
            if name in ("number", "patients", "images")
        },
        prints_json=True,
        about=lambda asked: {"recipient": asked.recipient, "approval": asked.approval},
        secrets=lambda asked: [str(Path(asked.out).parent)],
        after=lambda asked, _serve: only_made(Path(asked.out)),
    ),
    JobKind(
        "phantom",
        Right.make_studies,
        PhantomAsked,
        lambda asked, _folder: ["phantom", asked.world, asked.folder, "--patients", str(asked.patients)],
        about=lambda asked: {"world": asked.world, "patients": asked.patients},
    ),
)
"""Every kind of job."""


def kind_named(name: str) -> JobKind:
    """The kind of this name.

    Raises:
        KeyError: there is none.

    Example:
        >>> kind_named("ingest").heavy
        True
    """
    return {kind.name: kind for kind in KINDS}[name]
