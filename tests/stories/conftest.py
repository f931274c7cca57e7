"""A small world for stories: a folder of films, and the program as people start it."""

import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from program.starting import started, started_alone

Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def hilum() -> Start:
    """Start the program and wait for it."""
    return partial(_without_traceback, started)


@pytest.fixture(scope="session")
def hilum_alone() -> Start:
    """Start the program as people do: it loads everything itself, which takes seconds."""
    return partial(_without_traceback, started_alone)


def _without_traceback(start: Start, *arguments: object, **more: object) -> subprocess.CompletedProcess[str]:
    done = start(*arguments, **more)
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done


def picture(rng: np.random.Generator, ill: bool, side: int = 48) -> np.ndarray:
    """A grey disc in noise; brighter in the ill."""
    rows, columns = np.mgrid[:side, :side]
    centre = side / 2 + rng.normal(0, 2, 2)
    disc = np.hypot(rows - centre[0], columns - centre[1]) < side / 4 + rng.normal(0, 1)
    grey = 90 + rng.normal(0, 12, (side, side)) + disc * (70 if ill else 20)
    return np.clip(grey, 0, 255).astype(np.uint8)


@pytest.fixture
def films(tmp_path) -> Path:
    """A folder whose sub-folders are labels: 60 normal and 60 pneumonia, two pictures a person."""
    rng = np.random.default_rng(3)
    for label in ("normal", "pneumonia"):
        folder = tmp_path / "films" / label
        folder.mkdir(parents=True)
        for number in range(60):
            path = folder / f"person{number // 2:03d}{label[0]}_{number % 2}.png"
            Image.fromarray(picture(rng, label == "pneumonia")).save(path)
    return tmp_path / "films"


@pytest.fixture
def folder_study(films) -> Path:
    """A study of that folder with a small network that trains in seconds."""
    path = films.parent / "discs.toml"
    path.write_text(
        """
version = 1
title = "Do discs show pneumonia?"
[cohort]
images = "films"
patient_pattern = '''^(person\\d+[a-z])'''
[split]
parts = { train = 0.6, validation = 0.2, test = 0.2 }
seed = 1
[[readers]]
model = "small_cnn"
size = 32
epochs = 4
repeats = 2
""",
        encoding="utf-8",
    )
    return path
