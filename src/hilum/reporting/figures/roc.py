"""ROC curves with confidence bands, one panel a part."""

from typing import TYPE_CHECKING, Any

import numpy as np

from hilum.reporting.figures.panels import lettered_panels, literal, shortened
from hilum.reporting.figures.svg import FAINT, Drawing, drawing_style, finish
from hilum.reporting.format import estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# With more curves than these, bands would hide each other.
MOST_BANDS = 5


def draw_roc(figure: dict[str, Any]) -> Drawing:
    """Draw curves, bands, frozen operating points, and name each reader in its colour with its AUROC.

    Args:
        figure: `id`, `title`, `alt` and `panels` as made by `hilum.reporting.curves.roc_panels`.
    """
    with drawing_style():
        drawn, axes = lettered_panels(figure["panels"], height=0, below=34)
        for axis, panel in zip(axes, figure["panels"], strict=True):
            axis.plot([0, 1], [0, 1], color=FAINT, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1)
            for line in panel["lines"]:
                _draw_line(axis, line, band=len(panel["lines"]) <= MOST_BANDS)
            _name_readers(axis, panel["lines"])
            axis.set(
                xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), xlabel="1 \u2212 specificity", ylabel="Sensitivity"
            )
            ticks = np.linspace(0, 1, 6)
            axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks.round(1)])
            axis.set_yticks(ticks, [f"{tick:g}" for tick in ticks.round(1)])
        return finish(drawn, figure["id"], figure["title"], figure["alt"])


def _draw_line(axis: "Axes", line: dict[str, Any], *, band: bool) -> None:
    x, y = np.array(line["x"], dtype=float), np.array(line["y"], dtype=float)
    low, high = np.array(line["low"], dtype=float), np.array(line["high"], dtype=float)
    if band and not line["few"]:
        axis.fill_between(x, low, high, color=line["colour"], alpha=0.13, linewidth=0, zorder=2)
    style = (0, (4, 2)) if line["dashed"] else "-"
    axis.plot(x, y, color=line["colour"], linestyle=style, linewidth=1.1 if band else 0.8, zorder=4)
    if band and line["few"]:
        inner = slice(1, -1)
        bars = np.vstack([y - low, high - y])[:, inner].clip(0)
        axis.errorbar(
            x[inner], y[inner], bars, fmt="o", color=line["colour"], markersize=2.2, elinewidth=0.5, zorder=3
        )
    if line["point"] is not None:
        point = line["point"]
        axis.plot(
            point["x"], point["y"], "o", color="white", markeredgecolor=line["colour"], markersize=4, zorder=6
        )


def _name_readers(axis: "Axes", lines: list[dict[str, Any]]) -> None:
    """Names in the free corner under the diagonal, the best on top."""
    ordered = sorted(lines, key=lambda line: (line["auroc"] or [0])[0] or 0)
    for place, line in enumerate(ordered):
        value = estimate(*line["auroc"]) if line["auroc"] else ""
        axis.annotate(
            literal(f"{shortened(line['label'], 24)}\u2002{value}"),
            (1, 0),
            (-1, 4 + 8.5 * place),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right",
            va="baseline",
            fontsize=6.5,
            color=line["text"],
            zorder=7,
        )
