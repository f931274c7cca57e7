"""What every stage of a study needs to know, gathered once."""

from dataclasses import dataclass
from pathlib import Path

from hilum.archive import Archive, find_workspace, open_archive
from hilum.errors import WorkspaceError
from hilum.study import Study, load_study


@dataclass(frozen=True)
class StudyContext:
    """A study, where its paths begin, and the archive that its images come from.

    Attributes:
        study: The study as read.
        folder: The folder of the study file; paths in the study are relative to it.
        archive: The archive, when the study takes its images from there.
        runs: The folder in which its runs are kept.
        name: The study's name, from its file or folder.
    """

    study: Study
    folder: Path
    archive: Archive | None
    runs: Path
    name: str


def open_study(path: Path, workspace: Path | None) -> StudyContext:
    """Read a study file and open what it refers to.

    Args:
        path: The study file.
        workspace: The workspace's folder; None means the nearest parent of the study file that is one.

    Returns:
        The study with its folder, archive and place for runs.

    Raises:
        StudyFileError: The file cannot be read, or says something that cannot be.
        WorkspaceError: The study asks for the archive, and there is no workspace.
    """
    study = load_study(path)
    folder = path.resolve().parent
    found = find_workspace(workspace or folder)
    if study.cohort.images == "archive" and found is None:
        raise WorkspaceError(
            f"{path.name} takes its images from the archive, but no workspace is in {folder} or above: "
            "name one with --workspace, or make one with `hilum init` and `hilum ingest`"
        )
    archive = open_archive(found) if found is not None and study.cohort.images == "archive" else None
    runs = found.runs_folder if found is not None else folder / "runs"
    return StudyContext(study, folder, archive, runs, _name(path))


def _name(path: Path) -> str:
    """The file's name; of `study.toml` in a folder of the workspace's studies, that folder's."""
    folder = path.resolve().parent
    return folder.name if path.name == "study.toml" and folder.parent.name == "studies" else path.stem
