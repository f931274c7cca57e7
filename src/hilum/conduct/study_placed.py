"""A study file and its tables put where the workbench finds them."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from hilum.files import replaced_when_done

STUDIES = "studies"
STUDY_FILE = "study.toml"


def place_study(workspace: Path, name: str, study: Path, tables: Sequence[Path]) -> Path:
    """Copy a study file and its tables to where `hilum serve` looks for studies in a workspace.

    What is there already stays as it is: a person may have edited it.

    Args:
        workspace: The workspace's folder.
        name: The study's name in addresses: small Latin letters, digits and hyphens.
        study: The study file.
        tables: The files beside it that it names.

    Returns:
        The study file's copy, to be run.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / "cap.toml").write_text("version = 1")
        >>> place_study(folder / "lung", "pneumonia", folder / "cap.toml", []).relative_to(folder).as_posix()
        'lung/studies/pneumonia/study.toml'
    """
    folder = workspace / STUDIES / name
    for made in (folder.parent, folder):
        made.mkdir(mode=0o700, parents=True, exist_ok=True)  # as the workbench makes them
    # The study file comes last: where it is, its tables are.
    for source, goal in [*((table, folder / table.name) for table in tables), (study, folder / STUDY_FILE)]:
        if not goal.exists():
            with replaced_when_done(goal) as temporary:
                shutil.copyfile(source, temporary)
    return folder / STUDY_FILE
