"""Figures, one file each: plain numbers in, SVG out."""

from collections.abc import Callable
from typing import Any

from hilum.reporting.figures.bland_altman import draw_bland_altman
from hilum.reporting.figures.calibration import draw_calibration
from hilum.reporting.figures.confusion import draw_confusion
from hilum.reporting.figures.decision_curve import draw_decision_curve
from hilum.reporting.figures.estimates import draw_estimates
from hilum.reporting.figures.flow import draw_flow
from hilum.reporting.figures.forest import draw_forest
from hilum.reporting.figures.froc import draw_froc
from hilum.reporting.figures.kaplan_meier import draw_kaplan_meier
from hilum.reporting.figures.learning_curve import draw_learning_curve
from hilum.reporting.figures.precision_recall import draw_precision_recall
from hilum.reporting.figures.roc import draw_roc
from hilum.reporting.figures.svg import FONTS, PAGE_WIDTH, Drawing, standalone

DRAW: dict[str, Callable[[dict[str, Any]], Drawing]] = {
    "flow": draw_flow,
    "forest": draw_forest,
    "roc": draw_roc,
    "precision_recall": draw_precision_recall,
    "confusion": draw_confusion,
    "froc": draw_froc,
    "bland_altman": draw_bland_altman,
    "calibration": draw_calibration,
    "decision_curve": draw_decision_curve,
    "kaplan_meier": draw_kaplan_meier,
    "estimates": draw_estimates,
    "learning_curve": draw_learning_curve,
}


def draw(figure: dict[str, Any]) -> Drawing:
    """Draw a figure of the evidence by its kind.

    Example:
        >>> "roc" in DRAW
        True
    """
    return DRAW[figure["kind"]](figure)


__all__ = ["DRAW", "FONTS", "PAGE_WIDTH", "Drawing", "draw", "standalone"]
