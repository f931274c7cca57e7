"""Cohorts of findings and of numbers, made in code."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from hilum.cohorts import Cohort
from hilum.study.tasks import ManyFindings, Regression


def _cohort(task: ManyFindings | Regression, columns: dict[str, object]) -> Cohort:
    cases = pd.DataFrame(columns)
    names = [f"c{n}" for n in range(len(cases))]
    for at, (name, value) in enumerate(
        {"case": names, "patient": names, "part": "train", "image": ""}.items()
    ):
        if name not in cases.columns:
            cases.insert(at, name, value)
    return Cohort(cases, task, Path(), (), (), None, ())


@pytest.fixture
def several_findings() -> Callable[..., Cohort]:
    """Make a cohort of findings from columns; those that are not identity are findings."""

    def make(**columns: object) -> Cohort:
        names = [name for name in columns if name not in {"case", "patient", "part", "image"}]
        return _cohort(ManyFindings(findings=names), columns)

    return make


@pytest.fixture
def numbers() -> Callable[..., Cohort]:
    """Make a cohort with `value` from columns."""

    def make(**columns: object) -> Cohort:
        return _cohort(Regression(value="volume"), columns)

    return make
