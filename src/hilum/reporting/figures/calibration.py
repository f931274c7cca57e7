"""Calibration: what was predicted against what happened, one panel a part."""

from typing import TYPE_CHECKING, Any

import numpy as np

from hilum.reporting.figures.panels import lettered_panels, literal, shortened
from hilum.reporting.figures.svg import FAINT, Drawing, drawing_style, finish

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_calibration(figure: dict[str, Any]) -> Drawing:
    """Draw groups of like predictions with intervals and the smooth curve, beside the line of perfection.

    Args:
        figure: `id`, `title`, `alt`, `x_label`, `y_label` and `panels` as made by `hilum.reporting.curves`.
    """
    end = _axis_end(figure["panels"])
    with drawing_style():
        drawn, axes = lettered_panels(figure["panels"], height=0, below=34)
        for axis, panel in zip(axes, figure["panels"], strict=True):
            axis.plot([0, 1], [0, 1], color=FAINT, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1)
            for line in panel["lines"]:
                _draw_line(axis, line)
            _name_readers(axis, panel["lines"], end)
            axis.set(xlim=(0, end), ylim=(0, end), xlabel=figure["x_label"], ylabel=figure["y_label"])
            axis.locator_params(nbins=5)
        return finish(drawn, figure["id"], figure["title"], figure["alt"])


def _axis_end(panels: list[dict[str, Any]]) -> float:
    """The end of both axes: the next tenth above every point and limit."""
    values = [
        value
        for panel in panels
        for line in panel["lines"]
        for of in (line, line["smooth"] or {})
        for key in ("x", "y", "high")
        for value in of.get(key, ())
        if value is not None
    ]
    return min(1.0, float(np.ceil(max(values, default=1.0) * 10 + 1e-9) / 10))


def _name_readers(axis: "Axes", lines: list[dict[str, Any]], end: float) -> None:
    """Names in the emptier of the corners above and below the diagonal."""
    points = [(x, y) for line in lines for x, y in zip(line["x"], line["high"], strict=True) if y is not None]
    under = [(x, y) for line in lines for x, y in zip(line["x"], line["low"], strict=True) if y is not None]
    above = sum(x < 0.55 * end and y > (1 - 0.07 * len(lines)) * end for x, y in points)
    below = sum(x > 0.45 * end and y < 0.07 * len(lines) * end for x, y in under)
    top = above <= below
    for place, line in enumerate(lines):
        axis.annotate(
            literal(shortened(line["label"], 26)),
            (0, 1) if top else (1, 0),
            (4, -8 - 8.5 * place) if top else (-1, 4 + 8.5 * (len(lines) - 1 - place)),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="left" if top else "right",
            fontsize=6.5,
            color=line["text"],
        )


def _draw_line(axis: "Axes", line: dict[str, Any]) -> None:
    x, y = np.array(line["x"], dtype=float), np.array(line["y"], dtype=float)
    low = np.array([value if value is not None else np.nan for value in line["low"]], dtype=float)
    high = np.array([value if value is not None else np.nan for value in line["high"]], dtype=float)
    axis.vlines(x, low, high, color=line["colour"], linewidth=0.6, alpha=0.7, zorder=3)
    style = (0, (4, 2)) if line["dashed"] else "-"
    smooth = line["smooth"]
    if smooth:
        at, middle, lower, upper = (np.array(smooth[key], dtype=float) for key in ("x", "y", "low", "high"))
        axis.fill_between(at, lower, upper, color=line["colour"], alpha=0.13, linewidth=0, zorder=2)
        axis.plot(at, middle, color=line["colour"], linestyle=style, linewidth=0.9, zorder=4)
    axis.plot(
        x,
        y,
        color=line["colour"],
        linestyle="none" if smooth else style,
        linewidth=0.9,
        marker="o",
        markersize=2.6,
        clip_on=False,
        zorder=5,
    )
