"""The archive as plain folders: patient, study, series."""

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from hilum.archive.export_folder import Copy, copy_all, new_folder
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    from hilum.archive.archive import Archive


def export_plain(archive: "Archive", out: Path, progress: Progress = silent) -> int:
    """Copy everything in the archive to `OUT/patient/study/series/instance.dcm`.

    Names are research identifiers. Reports, segmentations and other objects without pictures are copied too.
    A table `objects.csv` lies beside.

    Args:
        archive: from where.
        out: a folder that is not there yet.
        progress: is told how far it is.

    Returns:
        How many files were copied.

    Raises:
        WorkspaceError: the folder exists, or the disk is too small.
        SeriousFindingError: a file is not as it was archived.
    """
    frame = archive.objects()
    copies = [
        Copy(
            row["image"],
            PurePosixPath(row["patient"], row["study"], row["series"], row["instance"] + ".dcm"),
            row["file_sha256"],
        )
        for row in frame.to_dict("records")
    ]
    with new_folder(out) as folder:
        copy_all(archive, copies, folder, progress)
        frame.assign(image=[str(copy.target) for copy in copies]).to_csv(folder / "objects.csv", index=False)
    return len(copies)
