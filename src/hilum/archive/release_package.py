"""The folder that leaves the house: images copied and verified, and what has to lie beside them."""

import csv
import hashlib
import io
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilum.archive.archive import Archive
from hilum.archive.statistics import statistics_of
from hilum.deid.protocol import protocol_of
from hilum.deid.protocol_file import PROTOCOL_FILE, read_protocol
from hilum.deid.protocol_text import as_markdown
from hilum.errors import WorkspaceError
from hilum.files import held
from hilum.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

IMAGES, MANIFEST, TERMS = "images", "manifest.csv", "RELEASE.json"
_BLOCK = 1 << 20
# Archive paths are made of research identifiers and digits of hashes only.
_RESEARCH_PATH = re.compile(r"P[0-9A-Z]{15}(/[0-9a-f]{1,64}){1,3}\.dcm", re.ASCII)


def fill_package(
    folder: Path,
    archive: Archive,
    chosen: "pd.DataFrame",
    beside: Mapping[str, str],
    classes: "pd.Series[str] | None",
    *,
    progress: Progress,
) -> str:
    """Copy images into a folder, each verified against the index, and write what lies beside them.

    Args:
        folder: an empty folder.
        archive: where the images lie.
        chosen: rows of `Archive.objects()`.
        beside: further texts by their file name.
        classes: the class of every row, empty where it has none; None where no classes are known.
        progress: is told how far it is.

    Returns:
        The SHA-256 of the manifest, which names every file of the package with its own.

    Raises:
        WorkspaceError: images are missing or were changed since they were archived.
    """
    manifest: dict[str, str] = {}
    sizes: dict[str, int] = {}
    broken = 0
    for done, (image, known) in enumerate(zip(chosen["image"], chosen["file_sha256"], strict=True), 1):
        target = folder / IMAGES / _safe(image)
        target.parent.mkdir(parents=True, exist_ok=True)
        copied = _copied(archive.path(image), target)
        if copied != known:
            broken += 1
        else:
            manifest[f"{IMAGES}/{image}"], sizes[image] = copied, target.stat().st_size
        progress(done, len(chosen), "copying")
    if broken:
        raise WorkspaceError(
            f"{broken} of {len(chosen)} images are missing or were changed since they were archived: nothing "
            "was released; `hilum archive verify` says which"
        )
    counted = statistics_of(chosen, sizes, classes)
    texts = {
        "protocol.md": as_markdown(protocol_of(read_protocol(archive.workspace.root / PROTOCOL_FILE))),
        "statistics.json": json.dumps(counted.to_dict(), indent=1, ensure_ascii=False) + "\n",
        "statistics.csv": counted.to_frame().to_csv(index=False, lineterminator="\n"),
        **beside,
    }
    for name, text in sorted(texts.items()):
        (folder / name).write_text(text, encoding="utf-8")
        manifest[name] = hashlib.sha256(text.encode()).hexdigest()
    return _write_manifest(folder / MANIFEST, manifest)


def check_package(folder: Path) -> list[str]:
    """What speaks against a package: files that are missing, changed or not in its manifest.

    Args:
        folder: a package, as it was received.

    Returns:
        Sentences; none where it is as it was released.

    Raises:
        WorkspaceError: it is no package.
    """
    try:
        facts: dict[str, Any] = json.loads((folder / TERMS).read_text(encoding="utf-8"))
        data = (folder / MANIFEST).read_bytes()
    except (OSError, ValueError):
        raise WorkspaceError(f"{folder} is no released data set, or its {MANIFEST} is missing") from None
    found = []
    if facts.get("manifest_sha256") != hashlib.sha256(data).hexdigest():
        found.append(f"{MANIFEST} is not the one that was released")
    listed = {
        row[0]: row[1] for row in list(csv.reader(io.StringIO(data.decode("utf-8", "replace"))))[1:] if row
    }
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    missing, added = set(listed) - there, there - set(listed) - {MANIFEST, TERMS}
    changed = [name for name in sorted(set(listed) & there) if _digest(folder / name) != listed[name]]
    for names, words in ((missing, "are missing"), (added, "were added"), (changed, "were changed")):
        if names:
            found.append(f"{len(names)} files {words}")
    return found


@contextmanager
def unfinished(out: Path) -> Iterator[Path]:
    """A folder beside `out` to fill; it vanishes unless it was renamed, and so do those of killed releases.

    Raises:
        WorkspaceError: `out` is there already, or the folder above it cannot be written.

    Example:
        >>> with unfinished(Path(tempfile.mkdtemp()) / "out") as folder:
        ...     folder.is_dir()
        True
    """
    if out.is_symlink() or (out.exists() and not (out.is_dir() and not any(out.iterdir()))):
        raise WorkspaceError(f"{out} is there already: name a new folder for the release")
    beginning = f".{out.name}-unfinished-"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        for left in out.parent.glob(f"{beginning}*"):
            with held(left) as free:
                if free:
                    shutil.rmtree(left, ignore_errors=True)
        made = Path(tempfile.mkdtemp(dir=out.parent, prefix=beginning))
    except OSError as error:
        raise WorkspaceError(f"{out.parent} cannot be written: {error.strerror}") from None
    try:
        with held(made):
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _safe(image: str) -> str:
    if not _RESEARCH_PATH.fullmatch(image):
        raise WorkspaceError("the index names an image in a way that hilum does not: nothing was released")
    return image


def _copied(source: Path, target: Path) -> str:
    """Copy a file's bytes; the SHA-256 of what was written, empty where it cannot be read."""
    digest = hashlib.sha256()
    try:
        stream = source.open("rb")
    except OSError:
        return ""
    with stream, target.open("wb") as copy:
        while block := stream.read(_BLOCK):
            digest.update(block)
            copy.write(block)
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_manifest(path: Path, digests: Mapping[str, str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("path", "sha256"))
    writer.writerows(sorted(digests.items()))
    data = text.getvalue().encode()
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()
