"""Small cohorts of drawn images, made in code."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from hilum.cohorts import Cohort
from hilum.preparation import Augmentation, Learning, Picture, Plan, Prepared, prepare
from hilum.study import Classification, Survival


def film(brightness: float, size: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A noisy grey square with a disc in the middle, brighter than its surroundings by `brightness`."""
    rows, columns = np.mgrid[:size, :size] / size - 0.5
    disc = (rows**2 + columns**2 < 0.09).astype(float)
    grey = 0.4 + 0.2 * columns + brightness * disc + rng.normal(0, 0.05, (size, size))
    return np.round(np.clip(grey, 0, 1) * 255).astype(np.uint8)


def write_films(folder: Path, brightness: NDArray[np.float64], size: int, seed: int) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, 1])
    names = []
    for number, value in enumerate(brightness):
        names.append(f"film-{number:04d}.png")
        Image.fromarray(film(float(value), size, rng)).save(folder / names[-1])
    return names


def parts(n: int) -> list[str]:
    return ["validation" if i % 5 == 3 else "test" if i % 5 == 4 else "train" for i in range(n)]


def two_classes(folder: Path, n: int = 40, size: int = 40, contrast: float = 0.35, seed: int = 0) -> Cohort:
    label = np.arange(n) % 2
    names = write_films(folder, label * contrast, size, seed)
    cases = pd.DataFrame(
        {
            "case": [f"c{i}" for i in range(n)],
            "patient": [f"p{i}" for i in range(n)],
            "part": parts(n),
            "image": names,
            "label": np.where(label == 1, "pneumonia", "normal"),
        }
    )
    task = Classification(label="label", positive="pneumonia")
    return Cohort(cases, task, folder, (), ("normal", "pneumonia"), "pneumonia", ())


def outcomes(folder: Path, n: int = 200, size: int = 32, seed: int = 0) -> Cohort:
    """Films whose disc is the brighter the higher the hazard; follow-up ends at 100 days."""
    rng = np.random.default_rng([seed, 2])
    severity = rng.uniform(0, 1, n)
    names = write_films(folder, 0.4 * severity, size, seed)
    death = rng.exponential(120 * np.exp(-3.0 * severity))
    end = rng.uniform(40, 100, n)
    cases = pd.DataFrame(
        {
            "case": [f"c{i}" for i in range(n)],
            "patient": [f"p{i}" for i in range(n)],
            "part": parts(n),
            "image": names,
            "time": np.minimum(death, end),
            "event": (death <= end).astype(int),
            "severity": severity,
        }
    )
    task = Survival(time_days="days", event="died", horizons_days=(30.0,))
    return Cohort(cases, task, folder, (), (), None, ())


def small_plan(**learning: object) -> Plan:
    chosen = {"epochs": 3, "batch_size": 8, "averaging": 0.9, "warmup_epochs": 0.5, **learning}
    return Plan(
        model="small_cnn",
        pretrained=False,
        picture=Picture(size=32, fit="stretch"),
        augmentation=Augmentation(rotation_degrees=5, erase_probability=0.1),
        learning=Learning.model_validate(chosen),
    )


def prepared_for(cohort: Cohort, plan: Plan, folder: Path) -> Prepared:
    return prepare(cohort, plan, folder, workers=1)
