"""Small cohorts made in code."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hilum.cohorts import Cohort
from hilum.study import Classification, Survival

PARTS = ("train", "validation", "test")


def survival_cohort(
    n: int = 600, horizons: tuple[float, ...] = (30.0,), lost: bool = False, seed: int = 3
) -> Cohort:
    """Cases with two hidden signs, `x` and `z`, that both raise the hazard; some lost early if asked."""
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=n), rng.normal(size=n)
    time = rng.exponential(60 * np.exp(-(0.9 * x + 0.6 * z)))
    end = rng.uniform(5, 120, n) if lost else np.full(n, 200.0)
    cases = pd.DataFrame(
        {
            "case": [f"c{i}" for i in range(n)],
            "patient": [f"p{i}" for i in range(n)],
            "part": rng.choice(PARTS, n, p=(0.4, 0.3, 0.3)),
            "image": "",
            "time": np.minimum(time, end),
            "event": (time <= end).astype(int),
            "x": x,
            "z": z,
        }
    )
    return Cohort(cases, Survival(time_days="t", event="e", horizons_days=horizons), Path(), (), (), None, ())


def class_cohort(n: int = 400, seed: int = 4, gap: float = 1.5) -> Cohort:
    """Cases of two classes with two signs, `x` and `z`."""
    rng = np.random.default_rng(seed)
    ill = rng.random(n) < 0.4
    cases = pd.DataFrame(
        {
            "case": [f"c{i:03d}" for i in range(n)],
            "patient": [f"p{i:03d}" for i in range(n)],
            "part": rng.choice(PARTS, n, p=(0.4, 0.3, 0.3)),
            "image": [f"films/c{i:03d}.png" for i in range(n)],
            "label": np.where(ill, "pneumonia", "normal"),
            "x": gap * ill + rng.normal(size=n),
            "z": gap * ill + rng.normal(size=n),
        }
    )
    classes = ("normal", "pneumonia")
    return Cohort(cases, Classification(label="label"), Path(), (), classes, "pneumonia", ())


@pytest.fixture
def classes() -> Cohort:
    return class_cohort()


@pytest.fixture
def survival() -> Cohort:
    return survival_cohort()


@pytest.fixture
def make_survival():
    return survival_cohort


@pytest.fixture
def make_classes():
    return class_cohort
