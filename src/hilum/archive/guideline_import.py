"""A tree in the layout of the guideline brought into the archive, with its classes as a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hilum.archive.guideline_reading import read_guideline
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

    from hilum.archive.archive import Archive
    from hilum.archive.ingest import IngestReport


def import_guideline(
    archive: "Archive", folder: Path, progress: Progress = silent, workers: int | None = None
) -> tuple["IngestReport", "pd.DataFrame", Sequence[str]]:
    """De-identify and archive the images of a tree, and say which class each patient has.

    Images whose names and folders contradict each other are told and not brought in; masks and JSON files
    stay where they are.

    Args:
        archive: where to.
        folder: the folder that holds `lung_cancer`.
        progress: is told how far it is.
        workers: as for `Archive.ingest`.

    Returns:
        What became of the images; a table of classes (`patient`, `dataset`, `class`) in this archive's
        research identifiers; and a sentence for each image that was left out.

    Raises:
        HilumError: no such tree is there.
    """
    found = read_guideline(folder, progress)
    good = found[found["problem"] == ""]
    told = zip(found["file"], found["problem"], strict=True)
    left = [f"{file} was left out: {problem}" for file, problem in told if problem]
    report = archive.ingest([Path(folder) / name for name in good["file"]], progress, workers)
    real = sorted(set(good["patient"]))
    research = dict(zip(real, archive.research_patient(real), strict=True)) if real else {}
    classes = good.assign(patient=good["patient"].map(research))[["patient", "dataset", "class"]]
    classes = classes.dropna().drop_duplicates().sort_values(["patient", "dataset", "class"])
    return report, classes.reset_index(drop=True), left
