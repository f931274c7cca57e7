"""Precision-recall curves as steps, with the prevalence, one panel a part."""

from typing import Any

import numpy as np

from hilum.reporting.figures.panels import lettered_panels, names_below
from hilum.reporting.figures.svg import FAINT, Drawing, drawing_style, finish
from hilum.reporting.format import estimate, number


def draw_precision_recall(figure: dict[str, Any]) -> Drawing:
    """Draw steps from the highest score on, and name each reader in its colour with its average precision.

    Args:
        figure: `id`, `title`, `alt` and `panels` as `hilum.reporting.figure_data` makes them.
    """
    with drawing_style():
        most = max(len(panel["lines"]) for panel in figure["panels"])
        drawn, axes = lettered_panels(figure["panels"], height=0, below=40 + 8.5 * (most + 1))
        for axis, panel in zip(axes, figure["panels"], strict=True):
            level = panel["prevalence"]
            axis.plot([0, 1], [level, level], color=FAINT, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1)
            for line in panel["lines"]:
                # Average precision adds up steps, so steps are drawn: flat up to each point.
                x = np.concatenate([[0.0], np.array(line["x"], dtype=float)])
                y = np.concatenate([line["y"][:1], np.array(line["y"], dtype=float)])
                style = (0, (4, 2)) if line["dashed"] else "-"
                axis.step(x, y, where="pre", color=line["colour"], linestyle=style, zorder=4)
            names = [(f"{e['label']}\u2002{estimate(*e['auprc'])}", e["text"]) for e in panel["lines"]]
            names_below(axis, [*names, (f"prevalence {number(level)}", "#5A5A5A")])
            axis.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.03), xlabel="Recall", ylabel="Precision")
            ticks = np.linspace(0, 1, 6)
            axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks.round(1)])
            axis.set_yticks(ticks, [f"{tick:g}" for tick in ticks.round(1)])
        return finish(drawn, figure["id"], figure["title"], figure["alt"])
