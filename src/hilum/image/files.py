"""Which files are images, told by name where the name says it and by the first bytes where it does not."""

from pathlib import Path

from hilum.dicom import is_dicom

SUFFIXES = (".dcm", ".dicom", ".png", ".jpg", ".jpeg", ".nii", ".nii.gz")
"""Endings of the files that `read_image` reads; DICOM needs none."""


def is_image_file(path: Path | str) -> bool:
    """Tell whether a file is an image that hilum reads, without decoding it.

    DICOM, PNG, JPEG and NIfTI are known by their endings, upper or lower case; any other file is looked into,
    since PACS export DICOM without an ending. Hidden files are none: some systems leave `._name.png` beside
    `name.png`.

    Example:
        >>> is_image_file("chest.JPEG"), is_image_file("notes.txt")
        (True, False)
    """
    path = Path(path)
    if path.name.startswith("."):
        return False
    return path.name.lower().endswith(SUFFIXES) or is_dicom(path)


def list_images(folder: Path | str) -> list[Path]:
    """List all image files in a folder and its sub-folders, sorted by their path below it.

    Links to folders are not followed.

    Example:
        >>> list_images("no-such-folder")
        []
    """
    folder = Path(folder)
    found = (path for path in folder.rglob("*") if path.is_file() and is_image_file(path))
    return sorted(found, key=lambda path: path.relative_to(folder).parts)


def kind_of(path: Path | str) -> str:
    """Return `png`, `jpeg`, `nifti` or `dicom` by what the file holds, or the empty string.

    Raises:
        OSError: the file cannot be opened.

    Example:
        >>> kind_of("README.md")
        ''
    """
    with Path(path).open("rb") as file:
        head = file.read(352)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if _is_nifti(head, Path(path)):
        return "nifti"
    return "dicom" if is_dicom(path) else ""


def _is_nifti(head: bytes, path: Path) -> bool:
    """NIfTI-1 and NIfTI-2 in one file; a compressed one shows its kind only in its name."""
    name = path.name.lower()
    if name.endswith(".nii.gz"):
        return head.startswith(b"\x1f\x8b")
    return name.endswith(".nii") and (head[344:348] == b"n+1\0" or head[4:8] == b"n+2\0")
