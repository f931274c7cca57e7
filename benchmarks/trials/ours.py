"""hilum's arm, the public way: a study file, `run_study`, and `TrainedModel.predict` on files."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import hilum
from trials.sets import ImageSet

Floats = NDArray[np.float64]
NAME = "hilum"


@dataclass(frozen=True)
class Asked:
    """What the study file says of the reader.

    Attributes:
        model: "auto" or a network's name.
        minutes: the budget; None = as hilum has it.
        epochs: passes over the images; None = as hilum decides.
        size: rows and columns; None = as hilum decides.
    """

    model: str = "auto"
    minutes: float | None = None
    epochs: int | None = None
    size: int | None = None

    @property
    def lines(self) -> str:
        """The lines of the table [[readers]]."""
        given = {"budget_minutes": self.minutes, "epochs": self.epochs, "size": self.size}
        further = [f"{key} = {value:g}" for key, value in given.items() if value is not None]
        return "\n".join([f'model = "{self.model}"', f'name = "{NAME}"', *further])


@dataclass(frozen=True)
class OurModel:
    """What a run left.

    Attributes:
        model: read from the run's folder.
        classes: in the order of the set.
        seconds: from the study file to the report.
    """

    model: hilum.TrainedModel
    classes: tuple[str, ...]
    seconds: float

    @property
    def threshold(self) -> float:
        """As it was frozen on the validation part; nan where there is none."""
        return float("nan") if self.model.threshold is None else self.model.threshold

    def probabilities(self, pictures: Sequence[NDArray[np.uint8]]) -> Floats:
        """(n, classes) for pictures that are written as files first."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / f"{number:06d}.png" for number in range(len(pictures))]
            for path, picture in zip(paths, pictures, strict=True):
                cv2.imwrite(str(path), picture)
            said = self.model.predict(paths).set_index("image").loc[[str(path) for path in paths]]
        if len(self.classes) == 2:
            positive = said["score"].to_numpy(dtype=np.float64)
            return np.stack([1 - positive, positive], axis=1)
        return said[[f"score_{name}" for name in self.classes]].to_numpy(dtype=np.float64)


def write_films(images: ImageSet, folder: Path) -> None:
    """Write a set's pictures as PNG files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in zip(images.cases["file"], images.pictures, strict=True):
        cv2.imwrite(str(folder / name), picture)


def run_fold(images: ImageSet, folder: Path, parts: NDArray[np.object_], asked: Asked, seed: int) -> OurModel:
    """Write the table and the study file of a fold beside the films, and run it.

    Args:
        images: n of them.
        folder: its sub-folder `films` holds them.
        parts: (n,).
        asked: of the reader.
        seed: of the study.
    """
    images.cases.assign(part=parts).to_csv(folder / "table.csv", index=False)
    positive = f'positive = "{images.classes[1]}"' if len(images.classes) == 2 else ""
    study = f"""version = 1
title = "{images.name}"

[cohort]
images = "films"
table = "table.csv"
image = "file"
patient = "person"

[task]
kind = "classification"
label = "label"
{positive}

[split]
parts_column = "part"
seed = {seed}

[[readers]]
{asked.lines}
"""
    (folder / "study.toml").write_text(study, encoding="utf-8")
    began = time.monotonic()
    run = hilum.run_study(folder / "study.toml")
    seconds = time.monotonic() - began
    return OurModel(hilum.TrainedModel.load(run.folder / "models" / NAME), images.classes, seconds)
