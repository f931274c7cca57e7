"""Which runs were asked for, and what is told of them: the words of `hilum runs`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hilum.conduct.mlflow_folder import write_mlflow
from hilum.conduct.runs import Run, list_runs, named_run, runs_folder
from hilum.conduct.runs_beside import beside_json, beside_lines, one_lines
from hilum.conduct.runs_table import runs_lines
from hilum.errors import WorkspaceError
from hilum.study.words import listed

# From version 3.8 on MLflow opens folders only where it is told that this is meant.
_HOW_TO_OPEN = "open it with: MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri {}"


@dataclass(frozen=True)
class ChosenRuns:
    """The runs that are told of.

    Attributes:
        runs: In the order asked for, else by study and number.
        named: Whether they were asked for by name.
        problems: A sentence for each folder among the runs that could not be read.
        missing: A sentence where the study asked for has no run, and others have; else empty.
    """

    runs: tuple[Run, ...]
    named: bool = False
    problems: tuple[str, ...] = ()
    missing: str = ""


def chosen_runs(names: Sequence[str], study: str | None, workspace: Path | None, start: Path) -> ChosenRuns:
    """The runs that are named, or all of them.

    Args:
        names: Names or folders of runs; none means all.
        study: Only runs of this study.
        workspace: The workspace; None means the nearest one, else `runs` beside the study file.
        start: The current folder.

    Raises:
        WorkspaceError: There are no runs here, or a named one is not there or cannot be read.
    """
    if names:
        try:
            folder = runs_folder(workspace, start)
        except WorkspaceError:
            folder = None  # a run's own folder can be named from anywhere
        return ChosenRuns(tuple(named_run(name, folder) for name in names), named=True)
    folder = runs_folder(workspace, start)
    found = list_runs(folder, study)
    missing = "" if found.found or study is None else _missing(study, list_runs(folder).found)
    return ChosenRuns(found.found, problems=found.problems, missing=missing)


def _missing(study: str, others: Sequence[Run]) -> str:
    """A study without runs, with the studies that have some."""
    names = listed(dict.fromkeys(run.study for run in others))
    return f"no run is of a study `{study}`: there are runs of {names}" if names else ""


def told_in_lines(chosen: ChosenRuns) -> list[str]:
    """What the terminal shows: a table, one run in detail, or several side by side."""
    if chosen.missing:
        return [chosen.missing]
    if not chosen.named:
        return runs_lines(chosen.runs)
    return one_lines(chosen.runs[0]) if len(chosen.runs) == 1 else beside_lines(chosen.runs)


def told_as_json(chosen: ChosenRuns) -> dict[str, Any]:
    """The same for machines: the runs, and where several are named their differences and measures."""
    if chosen.named:
        return beside_json(chosen.runs)
    return {"runs": [run.to_json() for run in chosen.runs], "problems": list(chosen.problems)}


def export_runs(chosen: ChosenRuns, folder: Path) -> list[str]:
    """Write the runs into a folder that MLflow opens; returns the lines that say so.

    Args:
        chosen: The runs.
        folder: Made if it is not there.

    Raises:
        WorkspaceError: The folder holds something else, or the study asked for has no run.
    """
    if chosen.missing:
        raise WorkspaceError(chosen.missing)
    for run in chosen.runs:
        write_mlflow(run, folder)
    told = ", ".join(run.name for run in chosen.runs) or "no run"
    return [f"written to {folder}: {told}", _HOW_TO_OPEN.format(folder)]
