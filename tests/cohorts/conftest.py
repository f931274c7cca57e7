"""Small cohorts, made in code."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from hilum.cohorts import Cohort
from hilum.study import Classification, Survival


@pytest.fixture
def classified() -> Callable[..., Cohort]:
    """Make a cohort of a classification from columns; `part`, `patient` and `image` may be left out."""

    def make(root: Path = Path(), **columns: object) -> Cohort:
        cases = pd.DataFrame(columns)
        names = [f"c{n}" for n in range(len(cases))]
        defaults = {"case": names, "patient": names, "part": "train", "image": ""}
        for at, (name, value) in enumerate(defaults.items()):
            if name not in cases.columns:
                cases.insert(at, name, value)
        return Cohort(cases, Classification(label="dx"), root, (), ("normal", "sick"), "sick", ())

    return make


@pytest.fixture
def followed() -> Callable[..., Cohort]:
    """Make a cohort with times and events from columns."""

    def make(**columns: object) -> Cohort:
        cases = pd.DataFrame(columns)
        names = [f"c{n}" for n in range(len(cases))]
        defaults = {"case": names, "patient": names, "part": "train", "image": "", "time": 30.0}
        for at, (name, value) in enumerate(defaults.items()):
            if name not in cases.columns:
                cases.insert(at, name, value)
        return Cohort(cases, Survival(time_days="days", event="died"), Path(), (), (), None, ())

    return make


@pytest.fixture
def film() -> Callable[[int], np.ndarray]:
    """Draw a picture with the layout of a chest film, and a little of its own for every seed."""

    def draw(seed: int) -> np.ndarray:
        rng = np.random.default_rng([seed, 77])
        rows, columns = np.mgrid[-1:1:160j, -1:1:160j]
        picture = np.full((160, 160), 0.75) - 0.3 * (np.abs(columns) > 0.9)
        for side in (-1, 1):
            x, y = side * 0.45 + rng.normal(0, 0.05), rng.normal(0, 0.05)
            lung = ((columns - x) / (0.3 + rng.normal(0, 0.02))) ** 2 + ((rows - y) / 0.7) ** 2
            picture -= 0.5 * np.exp(-(lung**4))
        for _ in range(6):
            x, y, size = rng.uniform(-0.8, 0.8), rng.uniform(-0.8, 0.8), rng.uniform(0.1, 0.35)
            picture += rng.normal(0, 0.25) * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / size**2)
        picture += 0.05 * np.sin(rows * 40 + rng.uniform(0, 6)) + rng.normal(0, 0.01, picture.shape)
        return np.clip(picture * 220, 0, 255).astype(np.uint8)

    return draw


@pytest.fixture
def write() -> Callable[[Path, np.ndarray], None]:
    """Write a picture, making its folder."""

    def save(path: Path, picture: np.ndarray) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), picture)

    return save
