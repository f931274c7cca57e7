"""Read every image of a cohort once into one array on disk, in parallel; stopped, it goes on."""

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.errors import HilumError, ModelError
from hilum.files import write_atomically
from hilum.preparation.parallel import in_processes
from hilum.preparation.picture import prepare_placed, storage
from hilum.preparation.plan import Picture, Plan
from hilum.preparation.prepared import (
    CROPS,
    DONE,
    IMAGES,
    INDEX,
    PLACED,
    STATE,
    STRANGE,
    TABLE,
    UNREADABLE,
    WAITING,
    WAYS,
    Prepared,
    facts_of,
    open_prepared,
)
from hilum.progress import Progress, silent

_CHUNK = 32
_FACTS = ("centred_by", "rows_moved", "columns_moved", "turned_degrees")


def prepare(
    cohort: Cohort, plan: Plan, folder: Path, progress: Progress = silent, workers: int | None = None
) -> Prepared:
    """Prepare every image of a cohort.

    An image that cannot be read is named with its reason and left out; the others are not affected. Called
    again with the same images and plan it returns at once, or continues where it was stopped.

    Args:
        cohort: its images are files relative to its root; a case may have several, or none.
        plan: only its picture section matters here.
        folder: is made if it is not there.
        progress: told after every few images.
        workers: processes that read; left out, one for each processor core where that is worth it.

    Returns:
        The prepared images.

    Raises:
        ModelError: not one image could be read.
        OSError: the disk is full, or the folder may not be written to.
    """
    images = tuple(sorted({image for of_case in cohort.images_of_cases for image in of_case}))
    if not images:
        raise ModelError("the cohort has no images to prepare: check [cohort] images")
    folder.mkdir(parents=True, exist_ok=True)
    return _Job(cohort.root, folder, plan.picture, images).run(progress, workers)


@dataclass(frozen=True)
class _Job:
    root: Path
    folder: Path
    picture: Picture
    images: tuple[str, ...]

    def run(self, progress: Progress, workers: int | None) -> Prepared:
        index = self._index()
        if index.get("key") != self._key():
            self._start()
            index = {}
        if not index.get("complete"):
            self._read_missing(progress, workers)
        prepared = open_prepared(self.folder)
        if not prepared.readable.any():
            raise ModelError(
                f"none of {len(self.images)} images could be read; the first: {prepared.problems[0].reason}"
            )
        return prepared

    def _index(self) -> dict[str, object]:
        try:
            loaded: dict[str, object] = json.loads((self.folder / INDEX).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return loaded

    def _key(self) -> str:
        """Changes when the form, the list of images or one of the files changes."""
        digest = hashlib.sha256(self.picture.model_dump_json().encode())
        for image in self.images:
            digest.update(f"\n{image}\t{_stamp(self.root / image)}".encode())
        return digest.hexdigest()

    def _start(self) -> None:
        (self.folder / INDEX).unlink(missing_ok=True)
        shape = (len(self.images), *self.picture.shape)
        np.lib.format.open_memmap(
            self.folder / IMAGES, mode="w+", dtype=storage(self.picture), shape=shape
        ).flush()
        _reserve(self.folder / IMAGES)
        if self.picture.steps.placed:
            np.save(self.folder / PLACED, np.zeros((len(self.images), facts_of(self.picture)), np.int16))
        np.save(self.folder / STATE, np.full(len(self.images), WAITING, np.uint8))
        self._write_index([], complete=False)

    def _write_index(self, problems: list[dict[str, str]], *, complete: bool) -> None:
        content = {
            "key": self._key(),
            "complete": complete,
            "picture": self.picture.model_dump(mode="json"),
            "problems": problems,
            "images": self.images,
        }
        write_atomically(self.folder / INDEX, json.dumps(content, ensure_ascii=False, indent=0))

    def _read_missing(self, progress: Progress, workers: int | None) -> None:
        array = np.lib.format.open_memmap(self.folder / IMAGES, mode="r+")
        state = np.lib.format.open_memmap(self.folder / STATE, mode="r+")
        placed = (
            np.lib.format.open_memmap(self.folder / PLACED, mode="r+") if self.picture.steps.placed else None
        )
        waiting = np.flatnonzero(state != DONE)
        problems: list[dict[str, str]] = []
        done = len(self.images) - len(waiting)
        for rows, pictures, places, found in in_processes(
            _read_chunk, self._chunks(waiting), workers, len(waiting)
        ):
            array[rows] = pictures
            if placed is not None:
                placed[rows] = places
            state[rows] = DONE
            for row, reason in found:
                state[row] = UNREADABLE
                problems.append({"image": self.images[row], "reason": reason})
            done += len(rows)
            progress(done, len(self.images), "preparing images")
        array.flush()
        state.flush()
        if placed is not None:
            placed.flush()
            self._write_table(placed, state)
        self._write_index(sorted(problems, key=lambda p: p["image"]), complete=True)

    def _write_table(self, placed: NDArray[np.int16], state: NDArray[np.uint8]) -> None:
        """A row for each readable image, for whoever wants to see which way it took."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        further = ["cropped_by"] if facts_of(self.picture) > len(_FACTS) else []
        table.writerow(["image", *_FACTS, *further])
        for image, (way, *numbers), kept in zip(self.images, placed.tolist(), state, strict=True):
            if kept == DONE:
                cropped = [CROPS[numbers.pop()]] if further else []
                table.writerow([image, WAYS[way], *numbers, *cropped])
        write_atomically(self.folder / TABLE, text.getvalue())

    def _chunks(self, waiting: NDArray[np.int64]) -> Iterator["_Chunk"]:
        size = max(_CHUNK // self.picture.depth, 1)
        for start in range(0, len(waiting), size):
            rows = waiting[start : start + size]
            yield _Chunk(rows, tuple(self.root / self.images[row] for row in rows), self.picture)


@dataclass(frozen=True)
class _Chunk:
    rows: NDArray[np.int64]
    paths: tuple[Path, ...]
    picture: Picture


_ChunkResult = tuple[
    NDArray[np.int64], NDArray[np.uint8 | np.uint16], NDArray[np.int16], list[tuple[int, str]]
]


def _read_chunk(chunk: _Chunk) -> _ChunkResult:
    """Read a few images; runs in a process of its own."""
    pictures = np.zeros((len(chunk.paths), *chunk.picture.shape), storage(chunk.picture))
    facts = facts_of(chunk.picture)
    places = np.zeros((len(chunk.paths), facts), np.int16)
    problems = []
    for index, path in enumerate(chunk.paths):
        try:
            pictures[index], place = prepare_placed(path, chunk.picture)
            turned = STRANGE if place.strange else place.turned
            told = (WAYS.index(place.way), *place.shift, turned, CROPS.index(place.cropped))
            places[index] = told[:facts]
        except HilumError as error:
            problems.append((int(chunk.rows[index]), _without_path(str(error), path)))
        except MemoryError:
            problems.append((int(chunk.rows[index]), "too large for this machine's memory"))
    return chunk.rows, pictures, places, problems


def _without_path(message: str, path: Path) -> str:
    return message.replace(str(path), path.name)


def _reserve(path: Path) -> None:
    """Take the disk space of a sparse file: writing to the memory map of a full disk kills the process."""
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def _stamp(path: Path) -> str:
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        found = [file.stat() for file in files]
    except OSError:
        return "missing"
    return " ".join(f"{one.st_size} {one.st_mtime_ns}" for one in found)
