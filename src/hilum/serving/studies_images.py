"""Images that a study may use: of a folder, uploaded ones, or those of the archive."""

import hashlib
import io
import time
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np

from hilum.errors import HilumError
from hilum.serving.failures import Refusal
from hilum.serving.studies_private import private_folder, write_private

if TYPE_CHECKING:
    import pandas as pd

    from hilum.serving.state import Serving

MOST_UPLOADED_BYTES = 200_000_000
_LISTED_SECONDS = 20.0
_MOST_DEEP = 6
_ENDINGS = (".png", ".jpg", ".jpeg", ".dcm")
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_FACETS = ("modality", "view", "body_part", "sex", "manufacturer")
_MOST_VALUES = 30


def listed(kept: dict[str, Any], root: Path) -> list[str]:
    """Paths of a folder's images below it; looked up anew after some seconds."""
    from hilum.image import list_images

    lists: dict[str, tuple[float, list[str]]] = kept.setdefault("studies listings", {})
    found = lists.get(str(root))
    if found is None or time.monotonic() - found[0] > _LISTED_SECONDS:
        paths = [path.relative_to(root).as_posix() for path in list_images(root)] if root.is_dir() else []
        lists[str(root)] = found = (time.monotonic(), paths)
        while len(lists) > 20:
            lists.pop(next(iter(lists)))
    return found[1]


def forget_listing(kept: dict[str, Any], root: Path) -> None:
    """Look a folder up anew next time."""
    kept.setdefault("studies listings", {}).pop(str(root), None)


def key_of(path: str) -> str:
    """What a picture is called in an address: file names may name a patient, and stay out of it.

    Example:
        >>> len(key_of("normal/kim.png"))
        20
    """
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:20]


def some_of(paths: list[str], labels: list[str], most: int = 12) -> list[str]:
    """A few paths, spread over the labels and over each label's list."""
    by: dict[str, list[str]] = {label: [] for label in labels} or {"": []}
    for path in paths:
        by.get(path.split("/", 1)[0] if labels else "", []).append(path)
    each = max(1, most // max(len(by), 1))
    return [group[at * len(group) // each] for group in by.values() for at in range(min(each, len(group)))][
        :most
    ]


def picture(path: Path, side: int) -> bytes:
    """A small PNG of an image, its shape kept.

    Raises:
        Refusal: 422, it cannot be shown.
    """
    from PIL import Image

    from hilum.image import read_picture

    try:
        grey = read_picture(path)
    except (HilumError, OSError):
        raise Refusal(422, "this image cannot be shown as one picture") from None
    image = Image.fromarray((np.clip(grey, 0, 1) * 255).astype(np.uint8))
    image.thumbnail((side, side))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def keep_image(folder: Path, into: str, name: str, content: bytes) -> None:
    """Put an uploaded image below a study's folder.

    Args:
        folder: The study's folder.
        into: The folder below it.
        name: The path that the image had where it came from; its first folders become labels.
        content: Its bytes.

    Raises:
        Refusal: The name cannot be used, or it is no PNG, JPEG or DICOM.
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts
    unfit = any(part in {".", "..", "/"} or part.startswith(".") or "\x00" in part for part in parts)
    if not parts or unfit or len(parts) > _MOST_DEEP or len(name) > 400:
        raise Refusal(422, "an image's name or folder cannot be used: rename it and bring it again")
    dicom = content[128:132] == b"DICM"
    if not name.lower().endswith(_ENDINGS) or not (content.startswith(_MAGIC) or dicom):
        raise Refusal(422, "a file is no PNG, JPEG or DICOM image: leave it out")
    goal = folder / into / Path(*parts)
    if not goal.resolve().is_relative_to((folder / into).resolve()):
        raise Refusal(422, "an image's name or folder cannot be used: rename it and bring it again")
    try:
        private_folder(goal.parent)
        write_private(goal, content)
    except OSError:
        raise Refusal(422, "an image cannot be stored under its name: rename it and bring it again") from None


def archive_images(serving: "Serving") -> "pd.DataFrame":
    """All images of the archive, without what is not asked for."""
    from hilum.archive import open_archive

    return open_archive(serving.workspace).images()


def facets_of(images: "pd.DataFrame", include: list[str]) -> dict[str, Any]:
    """How many images criteria keep, and the values by which more can be left out.

    Args:
        images: Of the archive.
        include: Criteria; those that ask for the table's columns are left aside.

    Returns:
        `images`, `patients`, `kept`, `kept_patients`, `aside`, `facets` (column to value to numbers) and
        `ages`.
    """
    from hilum.study import parse_filter

    keep = np.ones(len(images), dtype=bool)
    aside = []
    for text in include:
        criterion = parse_filter(text)
        if criterion.columns <= set(images.columns):
            keep &= criterion.mask(images)
        else:
            aside.append(text)
    kept = images[keep]
    facets = {
        column: {
            str(value): {"all": int(number), "kept": int((kept[column] == value).sum())}
            for value, number in images[column].fillna("").value_counts().head(_MOST_VALUES).items()
        }
        for column in _FACETS
    }
    ages = kept["age"].dropna()
    return {
        "images": len(images),
        "patients": int(images["patient"].nunique()),
        "kept": len(kept),
        "kept_patients": int(kept["patient"].nunique()),
        "aside": aside,
        "facets": facets,
        "ages": [float(ages.min()), float(ages.max())] if len(ages) else [],
        "samples": [str(name) for name in kept["image"].iloc[:: max(1, len(kept) // 12)].head(12)],
    }
