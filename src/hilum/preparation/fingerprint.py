"""The fingerprint: what the images and the truth of a cohort are like, before anything is decided."""

import json
import os
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from hilum.cohorts import Cohort
from hilum.errors import ImageError, ModelError
from hilum.image import holds_volume, read_display, read_slices
from hilum.preparation.depth import stored_bits
from hilum.progress import Progress, silent
from hilum.study import Frame

_SAMPLE = 200
_STREAM = 101


class Fingerprint(BaseModel):
    """What was found.

    Attributes:
        images: how many images each part has.
        patients: how many patients each part has.
        sampled: how many training images were looked at for the lines below.
        unreadable: how many of them could not be read.
        rows: smallest, median and largest number of rows.
        columns: smallest, median and largest number of columns.
        aspect: columns divided by rows, 5th percentile, median and 95th.
        slices: smallest, median and largest number of axial slices; 1 for single images.
        bits: the deepest grey scale among the images, 8 or 16.
        brightness: mean grey (0 black, 1 white), 5th percentile, median and 95th.
        spread: standard deviation of grey within an image, 5th percentile, median and 95th.
        classes: training cases of each class; empty for survival.
        events: training cases with the event; None for classification.
        follow_up_days: median follow-up of the training cases; None for classification.
        cores: processors that may be used.
        device: `cpu` or `cuda`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    images: dict[str, int]
    patients: dict[str, int]
    sampled: int
    unreadable: int
    rows: tuple[int, int, int]
    columns: tuple[int, int, int]
    slices: tuple[int, int, int] = (1, 1, 1)
    aspect: tuple[float, float, float]
    bits: Literal[8, 16]
    brightness: tuple[float, float, float]
    spread: tuple[float, float, float]
    classes: dict[str, int] = {}
    events: int | None = None
    follow_up_days: float | None = None
    cores: int = 1
    device: Literal["cpu", "cuda"] = "cpu"

    def to_json(self) -> str:
        """The fingerprint as indented JSON."""
        return json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def fingerprint(cohort: Cohort, progress: Progress = silent, frame: Frame | None = None) -> Fingerprint:
    """Look at a cohort's truth and at up to 200 of its training images.

    Args:
        cohort: with the part `train`.
        progress: told after every image.
        frame: of files with several frames the one that the study takes; None = what one picture they give.

    Returns:
        The fingerprint; the same for the same cohort on the same machine.

    Raises:
        ModelError: there are no training images, or none of those looked at can be read.
    """
    train = cohort.cases[(cohort.cases["part"] == "train") & (cohort.cases["image"].astype(str) != "")]
    if train.empty:
        raise ModelError(
            "the cohort has no training images: check the parts in [split] and the images in [cohort]"
        )
    names = sorted(set(train["image"].astype(str)))
    chosen = sorted(np.random.default_rng([0, _STREAM]).permutation(len(names))[:_SAMPLE].tolist())
    looks = _look([cohort.root / names[i] for i in chosen], progress, frame)
    grouped = cohort.cases.groupby("part", sort=False)
    return Fingerprint(
        images={str(part): len(rows) for part, rows in grouped},
        patients={str(part): int(rows["patient"].nunique()) for part, rows in grouped},
        sampled=len(chosen),
        unreadable=len(chosen) - len(looks),
        cores=available_cores(),
        device=_device(),
        **{**_of_images(looks), **_of_truth(cohort)},
    )


def _look(paths: list[Path], progress: Progress, frame: Frame | None) -> NDArray[np.float64]:
    """Rows, columns, bits, mean, standard deviation and slices of each readable image."""
    found = []
    for done, path in enumerate(paths, start=1):
        try:
            picture, slices = _picture(path, frame)
            grey = (float(picture.mean()), float(picture.std()))
            found.append((*picture.shape[:2], stored_bits(path), *grey, slices))
        except ImageError:
            pass
        progress(done, len(paths), "looking at images")
    if not found:
        raise ModelError(
            f"none of {len(paths)} training images can be read: check [cohort] images and the files"
        )
    return np.array(found, dtype=np.float64)


def _picture(path: Path, frame: Frame | None) -> tuple[NDArray[np.float32], int]:
    """What there is to look at, of a volume the middle slice, and how many slices there are."""
    if not holds_volume(path):
        return read_display(path, frame), 1
    slices = read_slices(path)
    return slices.middle, len(slices.array)


def _of_images(looks: NDArray[np.float64]) -> dict[str, Any]:
    def whole(column: int) -> tuple[int, int, int]:
        values = looks[:, column]
        return int(values.min()), int(np.median(values)), int(values.max())

    def percentiles(values: NDArray[np.float64]) -> tuple[float, float, float]:
        low, middle, high = np.percentile(values, [5, 50, 95])
        return round(float(low), 4), round(float(middle), 4), round(float(high), 4)

    return {
        "rows": whole(0),
        "columns": whole(1),
        "slices": whole(5),
        "aspect": percentiles(looks[:, 1] / looks[:, 0]),
        "bits": 8 if looks[:, 2].max() <= 8 else 16,
        "brightness": percentiles(looks[:, 3]),
        "spread": percentiles(looks[:, 4]),
    }


def _of_truth(cohort: Cohort) -> dict[str, Any]:
    train = cohort.cases[cohort.cases["part"] == "train"]
    if cohort.task.kind == "survival":
        return {
            "events": int((train["event"].astype(float) == 1).sum()),
            "follow_up_days": float(train["time"].astype(float).median()),
        }
    counts = train["label"].astype(str).value_counts()
    return {"classes": {name: int(counts.get(name, 0)) for name in cohort.classes}}


def available_cores() -> int:
    """Processors that this process may use.

    Example:
        >>> available_cores() >= 1
        True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _device() -> Literal["cpu", "cuda"]:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
