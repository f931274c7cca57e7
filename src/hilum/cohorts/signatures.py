"""What is kept of every picture to find copies of it: two hashes and a thumbnail."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ImageError
from hilum.progress import Progress, silent

SIDE = 64
_CHUNK = 64


@dataclass(frozen=True)
class Signatures:
    """Signatures of pictures, one row each; a picture that could not be read has `readable` False.

    Args:
        readable: (n,) whether the picture could be read.
        exact: (n,) SHA-256 of shape and grey values; equal for pictures, or volumes, with the same values.
        hashes: (n,) uint64, the perceptual hash.
        thumbnails: (n, 64, 64) uint8, the picture made smaller, its grey values from 0 to 255; of a volume
            the middle slice.
    """

    readable: NDArray[np.bool_]
    exact: NDArray[np.str_]
    hashes: NDArray[np.uint64]
    thumbnails: NDArray[np.uint8]


def read_signatures(paths: Sequence[Path], progress: Progress = silent) -> Signatures:
    """Read every picture once and keep its signature.

    Threads do: decoding and resizing leave the interpreter free, and no second Python has to start.

    Args:
        paths: The pictures.
        progress: Told how many are read.

    Returns:
        One row a picture.
    """
    count = len(paths)
    found = Signatures(
        np.zeros(count, np.bool_),
        np.full(count, "", dtype="<U64"),
        np.zeros(count, np.uint64),
        np.zeros((count, SIDE, SIDE), np.uint8),
    )
    starts = range(0, count, _CHUNK)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        chunks = pool.map(lambda start: _fill(found, paths, start), starts)
        for start, _ in zip(starts, chunks, strict=True):
            progress(min(start + _CHUNK, count), count, "looking for copies")
    return found


def _fill(found: Signatures, paths: Sequence[Path], start: int) -> None:
    from hilum.image import perceptual_hash, resize

    for at in range(start, min(start + _CHUNK, len(paths))):
        try:
            picture, slices = _look(paths[at])
        except ImageError:
            continue  # preparation names unreadable images; here they cannot be compared
        found.exact[at] = _exact(slices)
        found.hashes[at] = perceptual_hash(picture)
        found.thumbnails[at] = np.clip(np.rint(resize(picture, (SIDE, SIDE)) * 255), 0, 255)
        found.readable[at] = True


def _look(path: Path) -> tuple[NDArray[np.float32], NDArray[Any]]:
    """A picture to compare, and (slices, rows, columns) all values that the file holds."""
    from hilum.image import holds_volume, read_display, read_slices

    if holds_volume(path):
        slices = read_slices(path)
        return slices.middle, slices.array
    try:
        picture = read_display(path)
    except ImageError:  # of several frames, of which only the study knows which it means, the first
        picture = read_display(path, 1)
    return picture, picture[np.newaxis]


def _exact(slices: NDArray[Any]) -> str:
    """The hash of shape and values; slice by slice, as a whole volume takes much memory."""
    digest = hashlib.sha256(f"{slices.shape}".encode())
    for each in slices:
        digest.update(np.ascontiguousarray(each, dtype=np.float32).data)
    return digest.hexdigest()
