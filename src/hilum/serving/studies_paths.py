"""Which files and folders a study may name: no path from a browser is trusted."""

from pathlib import Path

from hilum.archive import Workspace
from hilum.serving.access.person import Person
from hilum.serving.access.rights import Right
from hilum.serving.failures import Refusal
from hilum.serving.settings import Settings
from hilum.study import Study

_PRIVATE = ("vault", "quarantine", "serve", "incoming", "pulls", "archive")
_ARCHIVE = "archive"


def shared_images(workspace: Workspace) -> Path:
    """The folder whose sub-folders people with accounts may use as images."""
    return workspace.root / "images"


def see_paths(study: Study, folder: Path, settings: Settings, person: Person) -> None:
    """See that a study names only what its people may read.

    With accounts, tables lie beside the study file and images there or below `images/` of the workspace; the
    single user of an own machine may name every folder but the private ones of the workspace.

    Args:
        study: The study.
        folder: Its folder.
        settings: Of the server.
        person: Who asks.

    Raises:
        Refusal: 403, a path leads elsewhere, or the archive is not for this person.
    """
    tables = [study.cohort.table, *(reader.product for reader in study.readers)]
    tables += [
        str(r.pretrained) for r in study.readers if isinstance(r.pretrained, str) and _is_path(r.pretrained)
    ]
    tables += [study.preparation.lung_mask, study.explanation.lesions]
    images = [study.cohort.images, *(reader.unlabelled for reader in study.readers)]
    if _ARCHIVE in images and not person.may(Right.see_archive):
        raise Refusal(
            403, "your account may not use the archive's images: ask an administrator for the right"
        )
    for name in filter(None, tables):
        see_path(folder / name, folder, settings, images=False)
    for name in filter(None, images):
        if name != _ARCHIVE:
            see_path(folder / name, folder, settings, images=True)


def see_path(path: Path, folder: Path, settings: Settings, *, images: bool) -> Path:
    """See that a path may be read, links followed; returns it resolved.

    Raises:
        Refusal: 403, it may not.
    """
    try:
        found = path.resolve()
    except (OSError, ValueError, RuntimeError):
        raise Refusal(403, "a path of the study cannot be followed: correct it") from None
    root = settings.workspace.root.resolve()
    if found.is_relative_to(folder.resolve()):
        return found
    shared = shared_images(settings.workspace).resolve()
    if images and found.is_relative_to(shared):
        return found
    private = any(found.is_relative_to(root / name) for name in _PRIVATE)
    if settings.accounts or private or found.is_relative_to(root / "studies") or root.is_relative_to(found):
        where = "beside the study, or below `images` of the workspace" if images else "beside the study"
        raise Refusal(403, f"a path of the study leads elsewhere: bring the file into the folder {where}")
    return found


def _is_path(pretrained: str) -> bool:
    return pretrained not in {"if available", "self"}
