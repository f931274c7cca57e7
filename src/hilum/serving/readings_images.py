"""Images for a model to read are put into a private folder under numbers: file names may name patients."""

import os
import posixpath
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hilum.errors import ImageError
from hilum.image import is_image_file
from hilum.image.files import kind_of
from hilum.serving.failures import Refusal
from hilum.serving.images.uploads import MOST_FILES, UploadFile
from hilum.serving.state import Serving
from hilum.serving.studies_private import private_folder
from hilum.zip_damage import zip_damage_told_as

MOST_IMAGES = 2_000
"""Images, or volumes, of one reading."""
MOST_BYTES = 20_000_000_000
_MOST_UNPACKED = 8_000_000_000
_MOST_TIMES = 250
_PART = 1 << 20
_ENDINGS = {"png": ".png", "jpeg": ".jpg", "dicom": ".dcm"}


@dataclass(frozen=True)
class Sent:
    """A file that was sent, by itself or in a ZIP file.

    Attributes:
        path: Where it lies.
        name: Its path as it was sent; never kept, as it may name a patient.
        file: Its place among the files that were sent, from 0.
        member: Its place in the ZIP file, from 0; None for a file by itself.
    """

    path: Path
    name: str
    file: int
    member: int | None = None


@dataclass(frozen=True)
class Taken:
    """An image, or a volume, that is to be read.

    Attributes:
        path: Where it lies now: `0001.dcm`, or a folder `0001` with the slices of a series.
        name: Its path as it was sent, or as the archive calls it.
        file: As `Sent`; None for an image of the archive.
        member: As `Sent`.
    """

    path: Path
    name: str
    file: int | None = None
    member: int | None = None


def take_sent(sent: Sequence[Sent], into: Path, *, volumes: bool) -> list[Taken]:
    """Put files that were sent where they are read from, each under its number.

    What is no image is passed over, as `hilum predict` does with the files of a folder.

    Args:
        sent: The files; they stay where they are as well, so that somebody who is refused can ask again.
        into: The folder to make.
        volumes: Whether volumes are read: the DICOM files of one folder are then one series.

    Raises:
        Refusal: There is no image among them, or there are too many.
    """
    images = [each for each in sent if is_image_file(each.path)]
    groups: dict[object, list[Sent]] = {}
    for each in images:
        flat = not volumes or kind_of(each.path) != "dicom"
        folder = (each.file if each.member is not None else None, posixpath.dirname(each.name))
        groups.setdefault((each.file, each.member) if flat else folder, []).append(each)
    _see_count(len(groups))
    private_folder(into)
    taken = []
    for number, group in enumerate(groups.values(), start=1):
        first = group[0]
        series = volumes and kind_of(first.path) == "dicom"
        goal = into / (f"{number:04d}" if series else f"{number:04d}{_ending(first.path)}")
        if series:
            goal.mkdir(mode=0o700)
        for place, each in enumerate(group, start=1):
            _lay(each.path, goal / f"{place:05d}.dcm" if series else goal)
        name = posixpath.dirname(first.name) or first.name if series else first.name
        taken.append(Taken(goal, name, first.file, first.member))
    return taken


def unpacked(place: Path, files: Sequence[UploadFile], but: int | None, room: Path) -> list[Sent]:
    """The files of an upload, and those in its ZIP files.

    Args:
        place: The upload's folder.
        files: What it holds, in the order in which it was announced.
        but: The number of a file that is no image, such as the table.
        room: A private folder that what is unpacked goes to.

    Raises:
        Refusal: A ZIP file is damaged, locked, or far too large unpacked.
    """
    found: list[Sent] = []
    left = _MOST_UNPACKED
    for number, file in enumerate(files):
        path = place / file.path
        if number == but:
            continue
        if path.suffix.lower() != ".zip":
            found.append(Sent(path, file.path, number))
            continue
        for sent in _members(path, file.path, number, room, left):
            left -= sent.path.stat().st_size
            found.append(sent)
            if len(found) > MOST_FILES:
                raise Refusal(413, f"these files hold more than {MOST_FILES:,} images: send fewer")
    return found


def take_archived(here: Serving, include: Sequence[str], into: Path, *, volumes: bool) -> list[Taken]:
    """Lay images of the archive out to be read, as links under numbers.

    Args:
        here: The server.
        include: Criteria, as in a study's `include`; without any, all images.
        into: The folder to make.
        volumes: Whether volumes are read: series by series then.

    Raises:
        FilterError: A criterion cannot be understood.
        Refusal: They keep no image, or too many.
    """
    from hilum.serving.studies_images import archive_images
    from hilum.study import parse_filter

    images = archive_images(here)
    for text in include:
        images = images[parse_filter(text).mask(images)]
    rows = images["series" if volumes else "image"].astype(str)
    groups = {str(key): list(part) for key, part in images["image"].groupby(rows, sort=False)}
    _see_count(len(groups))
    private_folder(into)
    taken, root = [], here.workspace.archive_folder.resolve()
    for number, names in enumerate(groups.values(), start=1):
        goal = into / (f"{number:04d}" if volumes else f"{number:04d}{Path(names[0]).suffix.lower()}")
        if volumes:
            goal.mkdir(mode=0o700)
        for place, name in enumerate(names, start=1):
            (goal / f"{place:05d}.dcm" if volumes else goal).symlink_to(root / name)
        taken.append(Taken(goal, posixpath.dirname(names[0]) if volumes else names[0]))
    return taken


def _lay(path: Path, goal: Path) -> None:
    try:
        os.link(path, goal)
    except OSError:  # a disk that knows no links
        shutil.copyfile(path, goal)


def _see_count(count: int) -> None:
    if count == 0:
        raise Refusal(422, "there is no image among these: DICOM, PNG, JPEG and NIfTI files can be read")
    if count > MOST_IMAGES:
        raise Refusal(
            413, f"these are {count:,} images, and {MOST_IMAGES:,} can be read at once: choose fewer"
        )


def _members(path: Path, name: str, number: int, room: Path, left: int) -> Iterator[Sent]:
    damaged = Refusal(422, "a ZIP file is damaged, or locked by a password: unpack it, and send its images")
    with zip_damage_told_as(damaged), zipfile.ZipFile(path) as packed:
        for member, about in enumerate(packed.infolist()):
            base = posixpath.basename(about.filename)
            if about.is_dir() or not base or base.startswith("."):
                continue
            if about.file_size > _MOST_TIMES * max(about.compress_size, 4096) or about.file_size > left:
                raise Refusal(413, "a ZIP file is far larger unpacked than it may be: send its images")
            goal = room / f"{number:05d}-{member:05d}{_told_ending(base)}"
            with packed.open(about) as source, goal.open("xb") as target:
                left -= _copied(source, target, left)
            yield Sent(goal, f"{name}/{about.filename}", number, member)


def _copied(source: IO[bytes], target: IO[bytes], most: int) -> int:
    came = 0
    while part := source.read(_PART):
        came += len(part)
        if came > most:
            raise Refusal(413, "a ZIP file is far larger unpacked than it may be: send its images")
        target.write(part)
    return came


def _told_ending(name: str) -> str:
    """The ending by which a file's kind is known; nothing else of its name is kept."""
    plain = name.lower()
    known = (".nii.gz", ".nii", ".dcm", ".dicom", ".png", ".jpg", ".jpeg")
    return next((ending for ending in known if plain.endswith(ending)), "")


def _ending(path: Path) -> str:
    try:
        kind = kind_of(path)
    except OSError:
        raise ImageError("an image cannot be opened: send it again") from None
    return _ENDINGS.get(kind) or _told_ending(path.name)


def room_for(place: Path) -> Path:
    """A private folder for what is unpacked; empty, as another attempt may have been cut off."""
    shutil.rmtree(place, ignore_errors=True)
    return private_folder(place)
