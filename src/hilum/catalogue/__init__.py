"""What this installation can do, as data: measures, methods, tasks, models, scores.

Nothing heavy is imported here, so that "what can you do?" is answered at once. The names are a closed list:
an `evaluation.json` holds no measure and no method that is not named here, and a test pins them.
"""

from dataclasses import asdict

from hilum.catalogue.architectures import MODELS
from hilum.catalogue.measures import MEASURES
from hilum.catalogue.methods import METHODS
from hilum.catalogue.offers import SCORES, TASKS
from hilum.catalogue.records import (
    Better,
    MeasureRecord,
    MethodRecord,
    ModelRecord,
    NamedRecord,
    WeightsRecord,
)
from hilum.catalogue.volumes import VOLUME_MODELS, over_slices, reads_volumes

__all__ = [
    "MEASURES",
    "METHODS",
    "MODELS",
    "SCORES",
    "TASKS",
    "VOLUME_MODELS",
    "Better",
    "MeasureRecord",
    "MethodRecord",
    "ModelRecord",
    "NamedRecord",
    "WeightsRecord",
    "catalogue",
    "measure_names",
    "measure_record",
    "method_names",
    "over_slices",
    "reads_volumes",
]


def measure_names() -> tuple[str, ...]:
    """Names of all measures, in the order in which they are shown.

    Example:
        >>> measure_names()[:2]
        ('auroc', 'auprc')
    """
    return tuple(record.name for record in MEASURES)


def method_names() -> tuple[str, ...]:
    """Names of all methods.

    Example:
        >>> "wilson" in method_names()
        True
    """
    return tuple(record.name for record in METHODS)


def measure_record(name: str) -> MeasureRecord:
    """The record of one measure.

    Raises:
        KeyError: there is no measure of this name.

    Example:
        >>> measure_record("brier").better
        'lower'
    """
    for record in MEASURES:
        if record.name == name:
            return record
    raise KeyError(name)


def catalogue() -> dict[str, list[dict[str, object]]]:
    """Everything this installation can do, ready for `hilum catalogue --json`.

    Example:
        >>> sorted(catalogue())
        ['measures', 'methods', 'models', 'scores', 'tasks']
    """
    return {
        "tasks": [asdict(record) for record in TASKS],
        "models": [asdict(record) for record in (*MODELS, *VOLUME_MODELS)],
        "scores": [asdict(record) for record in SCORES],
        "measures": [asdict(record) for record in MEASURES],
        "methods": [asdict(record) for record in METHODS],
    }
