"""Figures, one file each: plain numbers in, SVG out."""

from collections.abc import Callable
from typing import Any

from hilum.reporting.figures.calibration import draw_calibration
from hilum.reporting.figures.flow import draw_flow
from hilum.reporting.figures.forest import draw_forest
from hilum.reporting.figures.kaplan_meier import draw_kaplan_meier
from hilum.reporting.figures.roc import draw_roc
from hilum.reporting.figures.svg import FONTS, PAGE_WIDTH, Drawing, standalone

DRAW: dict[str, Callable[[dict[str, Any]], Drawing]] = {
    "flow": draw_flow,
    "forest": draw_forest,
    "roc": draw_roc,
    "calibration": draw_calibration,
    "kaplan_meier": draw_kaplan_meier,
}


def draw(figure: dict[str, Any]) -> Drawing:
    """Draw a figure of the evidence by its kind.

    Example:
        >>> sorted(DRAW)
        ['calibration', 'flow', 'forest', 'kaplan_meier', 'roc']
    """
    return DRAW[figure["kind"]](figure)


__all__ = ["DRAW", "FONTS", "PAGE_WIDTH", "Drawing", "draw", "standalone"]
