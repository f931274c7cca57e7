"""Runs that were made: what each asked, whether it is finished, and what its readers reached. Reads only."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from hilum.archive import find_workspace
from hilum.errors import HilumError, ReadingsError, WorkspaceError
from hilum.evaluation import Evaluation, Measure
from hilum.reporting.endpoints import Endpoint, endpoints_of
from hilum.reporting.story import find_measure

NOT_SHOWN = ("train", "validation")
_LAST = ("report", "tracking")


@dataclass(frozen=True)
class Run:
    """One run, as far as its folder can be read.

    Attributes:
        name: The folder's name, `<study>-<n>`.
        folder: Where it is.
        study: The study file's name without its ending.
        title: The study's title, else its name.
        state: `finished`, or how far it came.
        began: When its first stage began, in UTC as ISO 8601; empty where the log does not tell.
        ended: When it last wrote to its log.
        readers: Who read, in the study's order.
        endpoint: The measure that leads the report; None before it was evaluated.
        part: The part that the results are of.
        results: What each reader reached, in the order of the evaluation.
        inputs: The hash of each input.
        evaluation: Everything measured; None where there is none.
    """

    name: str
    folder: Path
    study: str
    title: str
    state: str
    began: str = ""
    ended: str = ""
    readers: tuple[str, ...] = ()
    endpoint: Endpoint | None = None
    part: str = ""
    results: tuple[Measure, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    evaluation: Evaluation | None = None

    @property
    def number(self) -> int:
        """Which run of its study this is."""
        return int(self.name.rpartition("-")[2])

    def to_json(self) -> dict[str, Any]:
        """The run as plain values; the measure as it stands in `evaluation.json`."""
        names = ("name", "study", "title", "state", "began", "ended", "part")
        plain: dict[str, Any] = {name: getattr(self, name) for name in names}
        plain |= {"readers": list(self.readers), "inputs": dict(self.inputs)}
        return plain | {"results": [asdict(row) for row in self.results]}


@dataclass(frozen=True)
class Runs:
    """The runs of a folder, and a sentence for each folder in it that is none or cannot be read."""

    found: tuple[Run, ...]
    problems: tuple[str, ...] = ()


def runs_folder(workspace: Path | None, start: Path) -> Path:
    """The folder that holds the runs: that of the workspace, else `runs` in or above the current folder.

    Args:
        workspace: The workspace's folder; None means the nearest parent that is one.
        start: The current folder.

    Raises:
        WorkspaceError: There is none.
    """
    found = find_workspace(workspace or start)
    places = [found.runs_folder] if found is not None else [at / "runs" for at in (start, *start.parents)]
    for place in places:
        if place.is_dir():
            return place
    raise WorkspaceError(
        "no runs are here: go to the folder of the study file, or name the workspace with --workspace"
    )


def list_runs(folder: Path, study: str | None = None) -> Runs:
    """All runs of a folder, by study and number.

    Args:
        folder: As `runs_folder` found it.
        study: Only runs of this study: its file's name without ending, or words of its title.
    """
    runs, problems = [], []
    for path in sorted(folder.iterdir()):
        if not path.is_dir() or path.name.startswith("."):
            continue
        try:
            runs.append(read_run(path))
        except WorkspaceError as problem:
            problems.append(str(problem))
    if study is not None:
        wanted = study.casefold()
        runs = [run for run in runs if run.study.casefold() == wanted or wanted in run.title.casefold()]
    runs.sort(key=lambda run: (run.study, run.number))
    return Runs(tuple(runs), tuple(problems))


def named_run(name: str, folder: Path | None) -> Run:
    """The run of a name, or in a folder that is given itself.

    Args:
        name: Such as `pneumonia-2`, or the path of a run's folder.
        folder: The folder of all runs; None where there is none.

    Raises:
        WorkspaceError: There is no such run, or it cannot be read.
    """
    places = [Path(name)] if folder is None else [Path(name), folder / name]
    place = next((place for place in places if place.is_dir()), None)
    if place is None:
        where = "" if folder is None else f" in {folder}"
        raise WorkspaceError(f"there is no run {name}{where}: `hilum runs` lists them all")
    return read_run(place.resolve())


def read_run(folder: Path) -> Run:
    """Read one run's folder.

    Args:
        folder: The folder.

    Returns:
        The run; what a cut-off run has not yet is left empty.

    Raises:
        WorkspaceError: It is no run of a study, or its files cannot be read.

    Example:
        >>> import tempfile
        >>> read_run(Path(tempfile.mkdtemp(suffix="notes-1")))
        Traceback (most recent call last):
        hilum.errors.WorkspaceError: ...notes-1 is not the run of a study: leave it, or move it elsewhere
    """
    if not re.fullmatch(r".+-\d+", folder.name) or not (folder / "inputs.json").is_file():
        raise WorkspaceError(f"{folder.name} is not the run of a study: leave it, or move it elsewhere")
    try:
        inputs = {str(k): str(v) for k, v in json.loads(_text(folder / "inputs.json")).items()}
        study = study_entries(folder)
        readers = tuple(names_of_readers(study))
        evaluation = _evaluation(folder)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError, HilumError):
        raise WorkspaceError(
            f"the run {folder.name} cannot be read, a file of it is damaged: move it away and run the study "
            "again"
        ) from None
    log = _log(folder)
    name = folder.name.rpartition("-")[0]
    return Run(
        name=folder.name,
        folder=folder,
        study=name,
        title=str(study.get("title") or name),
        state=_state(folder, log),
        began=str(log[0].get("at", "")) if log else "",
        ended=str(log[-1].get("at", "")) if log else "",
        readers=readers,
        inputs=inputs,
        evaluation=evaluation,
        **_headline(evaluation),
    )


def study_entries(folder: Path) -> dict[str, Any]:
    """The study of a run as it was written; empty where the run was cut off before it was copied.

    Raises:
        ValueError: The file is no TOML.
    """
    path = folder / "study.toml"
    return tomllib.loads(_text(path)) if path.is_file() else {}


def names_of_readers(study: Mapping[str, Any]) -> list[str]:
    """How a study's readers are called.

    Example:
        >>> names_of_readers({"readers": [{"model": "resnet18"}, {"product": "data/lunit.csv"}]})
        ['resnet18', 'lunit']
    """
    names = []
    for reader in study.get("readers", []):
        joined = "+".join(reader.get("combine", []))
        stem = PurePosixPath(str(reader.get("product", "")).replace("\\", "/")).stem
        found = (reader.get("name"), reader.get("model"), reader.get("score"), stem, joined)
        names.append(next((str(name) for name in found if name), "unnamed"))
    return names


def shown_part(parts: Sequence[str]) -> str:
    """The part whose results are shown: test, else the first that nothing was chosen on.

    Example:
        >>> shown_part(("train", "test", "cohort A")), shown_part(("train", "validation", "cohort A"))
        ('test', 'cohort A')
    """
    unseen = [part for part in parts if part not in NOT_SHOWN]
    return "test" if "test" in parts else next(iter([*unseen, *parts]), "")


def _headline(evaluation: Evaluation | None) -> dict[str, Any]:
    """The measure that leads the report, and what every reader reached in it."""
    if evaluation is None:
        return {}
    endpoints, part = endpoints_of(evaluation), shown_part(evaluation.parts)
    if not endpoints:
        return {"part": part}
    rows = [find_measure(evaluation, reader, part, endpoints[0]) for reader in evaluation.readers]
    results = tuple(row for row in rows if row is not None)
    return {"endpoint": endpoints[0], "part": part, "results": results}


def _evaluation(folder: Path) -> Evaluation | None:
    path = folder / "evaluation.json"
    if not path.exists():
        return None
    try:
        return Evaluation.load(path)
    except (ReadingsError, RecursionError):
        raise ValueError(path.name) from None


def _log(folder: Path) -> list[dict[str, Any]]:
    """The lines of the log; one that a cut left half-written is passed over."""
    path = folder / "log.jsonl"
    lines = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict):
            lines.append(entry)
    return lines


def _state(folder: Path, log: Sequence[Mapping[str, Any]]) -> str:
    """Whether the run is finished, else the stage that it was last in."""
    staged = [entry for entry in log if "stage" in entry]
    if not staged:
        return "not finished: nothing was done yet"
    last = staged[-1]
    done = last.get("event") != "started" or last["stage"] == "tracking"
    if last["stage"] in _LAST and done and (folder / "evaluation.json").is_file():
        return "finished"
    if _is_serious(folder):
        return "stopped: the check found something serious"
    how = {"started": "during", "done": "after", "skipped": "after"}.get(str(last.get("event")), "at")
    return f"not finished: {how} {last['stage']}"


def _is_serious(folder: Path) -> bool:
    try:
        return bool(json.loads(_text(folder / "findings.json")).get("serious"))
    except (OSError, ValueError, AttributeError):
        return False


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def local_time(moment: str) -> str:
    """A moment of the log in the time of this machine's place; empty where it cannot be read.

    Example:
        >>> len(local_time("2025-11-02T14:03:09+00:00")), local_time("")
        (16, '')
    """
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return ""
