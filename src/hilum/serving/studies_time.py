"""How long a study is likely to take on this machine."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hilum.study import ReaderOptions, Study

_MOST_THREADS = 16
_AUTO_MINUTES = 20.0
_FOLDS = 3
_FEW_SECONDS = 0.2
_BESIDES = 0.5  # evaluation, figures and report, in minutes
_READ_A_SECOND = 60.0


def expected_minutes(study: "Study", parts: Mapping[str, int], cores: int = 0, device: str = "") -> float:
    r"""Minutes that a run is likely to take; aimed at where it is trained, measured nowhere.

    Args:
        study: The study.
        parts: Cases of each part.
        cores: Processor cores; 0 for those of this machine.
        device: `cpu` or `cuda`; empty for what this machine has.

    Example:
        >>> from hilum.study import parse_study
        >>> text = '[cohort]\nimages = "a"\n[[readers]]\nmodel = "auto"\nbudget_minutes = 30'
        >>> 30 < expected_minutes(parse_study(text), {"train": 80, "test": 10}, 2, "cpu") < 35
        True
    """
    cores = cores or min(len(os.sched_getaffinity(0)), _MOST_THREADS)
    device = device or _device()
    cases = sum(parts.values())
    trained = [reader for reader in study.readers if reader.model is not None]
    minutes = sum(_training(reader, study, parts, cores, device) for reader in trained)
    images = cases / _READ_A_SECOND / 60 / cores if study.cohort.images is not None else 0.0
    return _BESIDES + images * (1 + len(trained)) + minutes


def _training(
    reader: "ReaderOptions", study: "Study", parts: Mapping[str, int], cores: int, device: str
) -> float:
    from hilum.errors import HilumError
    from hilum.preparation.effort import effort_of, images_in

    combined = any(reader.resolved_name in (other.combine or ()) for other in study.readers)
    further = (_FOLDS if combined and not reader.budget_minutes else 0) + (
        0.875 if reader.learning_curve else 0
    )
    trainings = reader.repeats + further
    if reader.model == "linear" or reader.frozen:
        return _FEW_SECONDS * trainings
    if reader.budget_minutes is not None:
        return reader.budget_minutes * (1 + (0.875 if reader.learning_curve else 0))
    if reader.model == "auto":
        return _AUTO_MINUTES
    try:
        effort = effort_of(str(reader.model))
    except (HilumError, KeyError, ValueError):
        return _AUTO_MINUTES * trainings
    if reader.epochs is None:
        return effort.minutes * trainings
    size = reader.size or effort.modest
    an_hour = images_in(60, effort, size, cores, device)
    return max(0.05, 60 * parts.get("train", 0) * reader.epochs / max(an_hour, 1)) * trainings


def _device() -> str:
    # Asking torch would take the server seconds and much memory.
    return "cuda" if Path("/dev/nvidiactl").exists() else "cpu"
