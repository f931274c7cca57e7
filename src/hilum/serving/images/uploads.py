"""Files that come by the browser, piece by piece; an upload that was cut off goes on where it was."""

import json
import re
import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hilum.serving.configuration import read_configuration
from hilum.serving.failures import Refusal
from hilum.serving.jobs.child import private_file
from hilum.serving.settings import Settings

LARGEST_PIECE = 8 << 20
MOST_FILES = 50_000
_MOST_OPEN = 20
_OLDEST_SECONDS = 7 * 86400.0
_SPARE_BYTES = 2 << 30
_LONGEST_PART, _DEEPEST = 120, 30
_MANIFEST, _FILES = "manifest.json", "files"


@dataclass(frozen=True)
class UploadFile:
    """A file that is to come.

    Attributes:
        path: its name with the folders that it lay in, as the browser tells; cleaned.
        size: in bytes.
    """

    path: str
    size: int


class Uploads:
    """The uploads of one server.

    Args:
        settings: of the server.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.folder = settings.folder / "uploads"

    def begin(self, person: int, files: Sequence[tuple[str, int]]) -> str:
        """Make room for files; returns the upload's id.

        Raises:
            Refusal: there are too many, they are too large, or the disk is too full.
        """
        self._forget_old()
        total = sum(size for _, size in files)
        most = read_configuration(self._settings.workspace).upload_gigabytes
        if total > most * 1e9:
            raise Refusal(413, f"these files have {total / 1e9:,.1f} GB; {most:,.0f} GB can be sent at once")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if total + _SPARE_BYTES > shutil.disk_usage(self.folder).free:
            raise Refusal(413, "the server's disk has not room for these files: make room, or send fewer")
        if sum(1 for _ in self.folder.iterdir()) >= _MOST_OPEN:
            raise Refusal(429, "too many uploads are open: bring in or delete some of them first")
        cleaned = distinct([clean_path(name) for name, _ in files])
        name = secrets.token_hex(8)
        place = self.folder / name
        (place / _FILES).mkdir(mode=0o700, parents=True)
        place.chmod(0o700)
        rows = [[path, size] for path, (_, size) in zip(cleaned, files, strict=True)]
        manifest = {"person": person, "made": time.time(), "files": rows}
        private_file(place / _MANIFEST, json.dumps(manifest).encode())
        return name

    def files(self, name: str, person: int) -> list[UploadFile]:
        """The files that an upload is to hold.

        Raises:
            Refusal: there is no such upload of this person.
        """
        try:
            manifest = json.loads((self.folder / name / _MANIFEST).read_bytes())
        except OSError:
            manifest = {}
        if manifest.get("person") != person:
            raise Refusal(404, "there is no such upload: begin it again")
        return [UploadFile(path, size) for path, size in manifest["files"]]

    def came(self, name: str, person: int) -> list[int]:
        """How many bytes of each file have come."""
        place = self.folder / name / _FILES
        return [_size(place / file.path) for file in self.files(name, person)]

    def take(self, name: str, person: int, number: int, offset: int, piece: bytes) -> int:
        """Take a piece of a file; returns how many bytes of it have come.

        Args:
            name: the upload.
            person: whose it is.
            number: of the file, from 0.
            offset: where in the file the piece begins; it must be where the last one ended.
            piece: the bytes.

        Raises:
            Refusal: there is no such upload or file, or the piece does not fit.
        """
        files = self.files(name, person)
        if not 0 <= number < len(files):
            raise Refusal(404, "this upload has no such file: begin it again")
        file, path = files[number], self.folder / name / _FILES / files[number].path
        held = _size(path)
        if offset != held:
            raise Refusal(
                409, f"{held} bytes of this file have come: go on from there", {"X-Held": str(held)}
            )
        if held + len(piece) > file.size:
            raise Refusal(413, "more came of this file than was announced: begin the upload again")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("ab") as target:
            target.write(piece)
        return held + len(piece)

    def whole(self, name: str, person: int) -> Path:
        """The folder of an upload of which everything has come.

        Raises:
            Refusal: something is still missing.
        """
        files = self.files(name, person)
        missing = sum(held < file.size for held, file in zip(self.came(name, person), files, strict=True))
        place = self.folder / name / _FILES
        for file in files:
            if not file.size:
                (place / file.path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                (place / file.path).touch(mode=0o600)
        if missing:
            raise Refusal(409, f"{missing} of {len(files)} files have not come yet: go on with the upload")
        return place

    def delete(self, name: str) -> None:
        """Delete an upload with all of its files."""
        delete_upload(self._settings.folder, name)

    def _forget_old(self) -> None:
        """Delete uploads that nobody went on with."""
        for place in self.folder.glob("*"):
            if time.time() - place.stat().st_mtime > _OLDEST_SECONDS:
                shutil.rmtree(place, ignore_errors=True)


def delete_upload(serve: Path, name: str) -> None:
    """Delete an upload with all of its files, once all of it is accounted for.

    Args:
        serve: the server's folder.
        name: the upload.
    """
    if re.fullmatch("[0-9a-f]{16}", name):
        shutil.rmtree(serve / "uploads" / name, ignore_errors=True)


def clean_path(told: str) -> str:
    """A name as a browser tells it, made safe to be used as a path below a folder.

    Raises:
        Refusal: nothing is left of it, or it is too deep.

    Example:
        >>> clean_path("disc 1/../../IM 0001")
        'disc 1/_/_/IM 0001'
    """
    parts = [_clean_part(part) for part in told.replace("\\", "/").split("/") if part]
    if not parts or len(parts) > _DEEPEST:
        raise Refusal(422, "a file has no name, or lies too deep in folders: send it from a higher folder")
    return "/".join(parts)


def distinct(paths: Sequence[str]) -> list[str]:
    """Paths of which no two are the same, and none is a folder of another; later ones get a number.

    Example:
        >>> distinct(["IM1", "IM1", "a/IM1"])
        ['IM1', 'IM1 (2)', 'a/IM1']
    """
    folders = {path[: place.start()] for path in paths for place in re.finditer("/", path)}
    taken: set[str] = set(folders)
    found = []
    numbers: dict[str, int] = {}
    for path in paths:
        name = path
        while name in taken:
            numbers[path] = numbers.get(path, 1) + 1
            name = f"{path} ({numbers[path]})"
        taken.add(name)
        found.append(name)
    return found


def _clean_part(part: str) -> str:
    plain = "".join(sign if sign.isprintable() else "_" for sign in part)
    plain = plain.encode("utf-8", "replace").decode()
    if plain.startswith("."):
        plain = "_" if set(plain) == {"."} else f"_{plain[1:]}"
    while len(plain.encode()) > _LONGEST_PART:
        # The end holds what kind of file it is.
        plain = plain[: len(plain) // 2 - 1] + plain[len(plain) // 2 :]
    return plain


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
