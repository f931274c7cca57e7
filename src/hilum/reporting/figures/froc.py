"""Free-response ROC: lesions found over false positives an image."""

from typing import Any

import numpy as np

from hilum.reporting.figures.panels import lettered_panels, name_in_corner
from hilum.reporting.figures.svg import Drawing, drawing_style, finish

FRACTIONS = {0.125: "1/8", 0.25: "1/4", 0.5: "1/2"}


def draw_froc(figure: dict[str, Any]) -> Drawing:
    """Draw the measured points with their intervals on a logarithmic axis.

    Args:
        figure: `id`, `title`, `alt` and `panels` as `hilum.reporting.figure_data` makes them.
    """
    with drawing_style():
        drawn, axes = lettered_panels(figure["panels"], height=0, below=34)
        for axis, panel in zip(axes, figure["panels"], strict=True):
            ticks: list[float] = sorted({x for line in panel["lines"] for x in line["x"]})
            for line in panel["lines"]:
                x, y, low, high = (np.array(line[key], dtype=float) for key in ("x", "y", "low", "high"))
                axis.fill_between(x, low, high, color=line["colour"], alpha=0.13, linewidth=0)
                style = (0, (4, 2)) if line["dashed"] else "-"
                axis.plot(x, y, color=line["colour"], linestyle=style, marker="o", markersize=2.4)
            axis.set_xscale("log", base=2)
            axis.set_xticks(ticks, [FRACTIONS.get(tick, f"{tick:g}") for tick in ticks])
            axis.minorticks_off()
            axis.set(ylim=(-0.01, 1.01), xlabel="False positives per image", ylabel="Lesions found")
            named = [(line["label"], line["text"]) for line in panel["lines"]]
            name_in_corner(axis, named, top=False, right=True)
        return finish(drawn, figure["id"], figure["title"], figure["alt"])
