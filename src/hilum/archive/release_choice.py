"""Which images a release is made of."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hilum.archive.archive import Archive
from hilum.errors import TableError, WorkspaceError

if TYPE_CHECKING:
    import pandas as pd


def chosen_images(archive: Archive, images: Iterable[str]) -> "pd.DataFrame":
    """The rows of `Archive.objects()` of named images.

    Args:
        archive: where they lie.
        images: paths as in the column `image`.

    Raises:
        TableError: some of them are not in the archive; how many is told, not which.

    Example:
        >>> import tempfile, pathlib
        >>> from hilum.archive import create_workspace
        >>> archive = Archive(create_workspace(pathlib.Path(tempfile.mkdtemp()) / "lung"))
        >>> len(chosen_images(archive, []))
        0
    """
    objects, named = archive.objects(), {text.strip() for text in images if text.strip()}
    return _kept(objects, objects["image"].isin(named), len(named - set(objects["image"])), "images")


def chosen_patients(archive: Archive, patients: Iterable[str]) -> "pd.DataFrame":
    """The rows of `Archive.objects()` of named patients: all that is archived of them.

    Args:
        archive: where they lie.
        patients: research identifiers; or real ones, which the vault translates in memory.

    Raises:
        TableError: the archive does not know some of them; how many is told, not which.

    Example:
        >>> import tempfile, pathlib
        >>> from hilum.archive import create_workspace
        >>> archive = Archive(create_workspace(pathlib.Path(tempfile.mkdtemp()) / "lung"))
        >>> chosen_patients(archive, ["00123"])
        Traceback (most recent call last):
        hilum.errors.TableError: 1 of the patients named are not in the archive: ...
    """
    objects, named = archive.objects(), sorted({text.strip() for text in patients if text.strip()})
    known = set(objects["patient"])
    if named and not known & set(named):
        named = [found or "" for found in archive.research_patient(named)]
    unknown = sum(name not in known for name in named)
    return _kept(objects, objects["patient"].isin(set(named)), unknown, "patients")


def all_images(archive: Archive) -> "pd.DataFrame":
    """Everything in the archive.

    Raises:
        WorkspaceError: it is empty.
    """
    objects = archive.objects()
    if objects.empty:
        raise WorkspaceError("the archive holds no images: bring some in with `hilum ingest FOLDER`")
    return objects


def _kept(objects: "pd.DataFrame", kept: "pd.Series[bool]", unknown: int, what: str) -> "pd.DataFrame":
    if unknown:
        raise TableError(
            f"{unknown} of the {what} named are not in the archive: take them out of the list, or bring them "
            "in first"
        )
    return objects[kept].reset_index(drop=True)
