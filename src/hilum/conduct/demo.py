"""The demo: the whole path on the phantom hospital, whose true answers are known."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hilum.archive import create_workspace, find_workspace, open_archive
from hilum.conduct.study_placed import place_study
from hilum.conduct.study_run import StudyRun, run_study
from hilum.conduct.truth_check import check_truth, truth_lines
from hilum.phantom import build_hospital, write_features_only
from hilum.progress import Progress, silent

SEED = 7
STUDY = "phantom-hospital"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Demo:
    """What a demo leaves.

    Attributes:
        run: The run whose report is to be opened: that of the films, or without films that of the tables.
        workspace: Where the workbench finds the study of the films; None without films.
    """

    run: StudyRun
    workspace: Path | None


def run_demo(folder: Path, patients: int, table_patients: int, say: Say, progress: Progress = silent) -> Demo:
    """Make the phantom hospital, bring its films in, run its study, and check the program against the truth.

    Run again, it goes on where it was cut off.

    Args:
        folder: Where everything goes.
        patients: How many patients have films; 0 leaves the films out.
        table_patients: How many patients the check against the truth has, with tables alone.
        say: Takes the lines that a person reads.
        progress: Told how far it is.

    Returns:
        The run whose report is to be opened, and where the workbench finds its study.
    """
    folder.mkdir(parents=True, exist_ok=True)
    say("tables alone: is what the program says true?")
    tables = _tables(folder / "tables", table_patients, say, progress)
    if not patients:
        _end(tables, say)
        return Demo(tables, None)
    say(f"films: the phantom hospital, {patients} patients at three sites")
    workspace = folder / "workspace"
    films = _films(folder / "hospital", workspace, patients, say, progress)
    _end(films, say)
    return Demo(films, workspace)


def _tables(folder: Path, patients: int, say: Say, progress: Progress) -> StudyRun:
    """A large cohort without films, and its answers beside the simulator's truth."""
    if not _is_made(folder / "truth.json", patients):
        write_features_only(folder, patients=patients, seed=SEED)
    run = run_study(folder / "study.toml", progress=progress)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for line in truth_lines(check_truth(run.evaluation, truth)):
        say(line)
    return run


def _is_made(truth: Path, patients: int) -> bool:
    """Whether an earlier demo left tables of this size."""
    if not truth.exists():
        return False
    kept = json.loads(truth.read_text(encoding="utf-8"))
    return bool(kept.get("patients") == patients and kept.get("seed") == SEED)


def _films(hospital: Path, workspace: Path, patients: int, say: Say, progress: Progress) -> StudyRun:
    """Films through the archive to a report."""
    made = build_hospital(hospital, patients=patients, seed=SEED, progress=progress)
    found = find_workspace(workspace) if workspace.exists() else None
    archive = open_archive(found or create_workspace(workspace))
    report = archive.ingest([made.dicom_folder], progress=progress)
    say(
        f"  {report.files} files: {report.archived} archived, {report.quarantined} in quarantine, "
        f"{report.skipped} already there"
    )
    study = place_study(workspace, STUDY, made.study, [made.table])
    run = run_study(study, workspace, progress=progress)
    for line in run.summary():
        say(line)
    return run


def _end(run: StudyRun, say: Say) -> None:
    say(f"run: {run.folder}")
    say(f"report: {run.report}")
