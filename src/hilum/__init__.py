r"""hilum: can these images tell us this, and better than what we use today?

Names are imported when they are first used, so that `import hilum` is quick:

>>> import hilum as hl
>>> hl.parse_study('[cohort]\nimages = "films"').task.kind
'classification'
"""

import importlib
import os
from typing import TYPE_CHECKING

# Threads of OpenMP that wait for each other shall sleep, not spin: beside another busy program a network then
# trains seven times as fast, and alone it is no slower. It is read once, when torch is loaded; a value that
# is set already stays.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

if TYPE_CHECKING:
    from hilum.archive import Archive, create_workspace, find_workspace, open_archive
    from hilum.cohorts import Cohort, build_cohort, check
    from hilum.conduct.study_run import StudyRun, run_study
    from hilum.errors import HilumError
    from hilum.evaluation import EvaluationOptions, Readings, Truth, evaluate
    from hilum.explanation import explain
    from hilum.image import Volume, read_image
    from hilum.readers import combine, product, score
    from hilum.readers.trained import TrainedModel
    from hilum.study import Classification, Study, Survival, load_study, parse_study, read_table

_HOME = {
    "hilum.archive": ("Archive", "create_workspace", "find_workspace", "open_archive"),
    "hilum.cohorts": ("Cohort", "build_cohort", "check"),
    "hilum.conduct.study_run": ("StudyRun", "run_study"),
    "hilum.errors": ("HilumError",),
    "hilum.evaluation": ("EvaluationOptions", "Readings", "Truth", "evaluate"),
    "hilum.explanation": ("explain",),
    "hilum.image": ("Volume", "read_image"),
    "hilum.readers": ("combine", "product", "score"),
    "hilum.readers.trained": ("TrainedModel",),
    "hilum.study": ("Classification", "Study", "Survival", "load_study", "parse_study", "read_table"),
}

__all__ = [
    "Archive",
    "Classification",
    "Cohort",
    "EvaluationOptions",
    "HilumError",
    "Readings",
    "Study",
    "StudyRun",
    "Survival",
    "TrainedModel",
    "Truth",
    "Volume",
    "build_cohort",
    "check",
    "combine",
    "create_workspace",
    "evaluate",
    "explain",
    "find_workspace",
    "load_study",
    "open_archive",
    "parse_study",
    "product",
    "read_image",
    "read_table",
    "run_study",
    "score",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    for module, names in _HOME.items():
        if name in names:
            return getattr(importlib.import_module(module), name)
    raise AttributeError(f"module 'hilum' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
