"""The numbers of figures, one kind of figure a file: from evaluation and readings to plain lists."""

from collections.abc import Callable, Iterable
from typing import Any

from hilum.reporting.curves import Aligned
from hilum.reporting.figure_data.agreement_of_numbers import agreement_of_numbers
from hilum.reporting.figure_data.calibration import calibration
from hilum.reporting.figure_data.confusion import confusion
from hilum.reporting.figure_data.decision_curve import decision_curves
from hilum.reporting.figure_data.free_response import free_response
from hilum.reporting.figure_data.precision_recall import precision_recall
from hilum.reporting.figure_data.roc import roc
from hilum.reporting.figure_data.subgroups import subgroups
from hilum.reporting.figure_data.survival import survival
from hilum.reporting.story import Story

Figure = dict[str, Any]
MAKERS: tuple[Callable[[Story, Aligned], Iterable[Figure]], ...] = (
    roc,
    calibration,
    precision_recall,
    decision_curves,
    agreement_of_numbers,
    free_response,
    confusion,
    survival,
    subgroups,
)

__all__ = ["MAKERS", "Figure"]
