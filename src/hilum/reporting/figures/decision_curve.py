"""Decision curves: net benefit over the probabilities at which one would act."""

from typing import Any

import numpy as np

from hilum.reporting.figures.panels import lettered_panels, name_in_corner
from hilum.reporting.figures.svg import FAINT, INK, Drawing, drawing_style, finish


def draw_decision_curve(figure: dict[str, Any]) -> Drawing:
    """Draw each reader with its band, acting on all in grey, acting on none as the zero line.

    Args:
        figure: `id`, `title`, `alt` and `panels` as `hilum.reporting.figure_data` makes them.
    """
    with drawing_style():
        drawn, axes = lettered_panels(figure["panels"], height=130, below=34)
        for axis, panel in zip(axes, figure["panels"], strict=True):
            x = np.array(panel["x"], dtype=float)
            axis.axhline(0, color=INK, linewidth=0.6, zorder=1)
            axis.plot(x, panel["treat_all"], color=FAINT, linewidth=0.9, zorder=2)
            highest = max([*panel["treat_all"], *(v for line in panel["lines"] for v in line["y"] if v)])
            for line in panel["lines"]:
                low, high = (np.array(line[key], dtype=float) for key in ("low", "high"))
                axis.fill_between(x, low, high, color=line["colour"], alpha=0.12, linewidth=0, zorder=2)
                style = (0, (4, 2)) if line["dashed"] else "-"
                axis.plot(x, line["y"], color=line["colour"], linestyle=style, zorder=4)
            shown = [(line["label"], line["text"]) for line in panel["lines"]]
            name_in_corner(axis, [*shown, ("acting on all", "#5A5A5A")], top=True, right=True)
            top = max(highest, 0.01)
            axis.set(
                xlim=(0, x[-1]),
                ylim=(-0.25 * top, 1.15 * top),
                xlabel="Probability from which one acts",
                ylabel="Net benefit",
            )
            axis.locator_params(nbins=5)
        return finish(drawn, figure["id"], figure["title"], figure["alt"])
