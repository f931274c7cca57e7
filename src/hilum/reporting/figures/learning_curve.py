"""A measure over the number of training cases, with the curve through it and where it leads."""

from typing import TYPE_CHECKING, Any

import numpy as np

from hilum.reporting.figures.panels import literal, shortened
from hilum.reporting.figures.svg import Drawing, drawing_style, finish, new_figure
from hilum.reporting.format import count

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 330.0, 190.0


def draw_learning_curve(figure: dict[str, Any]) -> Drawing:
    """Draw points with their intervals and each reader's curve, broken beyond the data there are.

    Args:
        figure: `id`, `title`, `alt`, `x_label`, `y_label` and `lines` as `hilum.reporting.figure_data` makes
            them.
    """
    with drawing_style():
        drawn = new_figure(WIDTH, HEIGHT)
        axis = drawn.add_axes((0.13, 0.2, 0.62, 0.74))
        for line in figure["lines"]:
            _draw_line(axis, line)
        axis.set_xscale("log")
        ticks = sorted({size for line in figure["lines"] for size in line["x"]})
        axis.set_xticks(ticks, [count(tick) for tick in ticks], rotation=30 if len(ticks) > 5 else 0)
        axis.minorticks_off()
        axis.set(xlabel=literal(figure["x_label"]), ylabel=literal(figure["y_label"]))
        axis.locator_params(axis="y", nbins=5)
        return finish(drawn, figure["id"], figure["title"], figure["alt"])


def _draw_line(axis: "Axes", line: dict[str, Any]) -> None:
    x, y, low, high = (np.array(line[key], dtype=float) for key in ("x", "y", "low", "high"))
    axis.errorbar(x, y, np.vstack([y - low, high - y]), fmt="o", color=line["colour"], markersize=3)
    curve = line["curve"]
    end = (float(x[-1]), float(y[-1]))
    if curve["x"]:
        at, middle = np.array(curve["x"]), np.array(curve["y"], dtype=float)
        low, high = (np.array(curve[key], dtype=float) for key in ("low", "high"))
        axis.fill_between(at, low, high, color=line["colour"], alpha=0.13, linewidth=0)
        known = at <= curve["known_to"]
        axis.plot(at[known], middle[known], color=line["colour"])
        axis.plot(at[~known], middle[~known], color=line["colour"], linestyle=(0, (3, 2)))
        end = (float(at[-1]), float(middle[-1]))
    axis.annotate(
        literal(shortened(line["label"], 20)),
        end,
        (4, 0),
        textcoords="offset points",
        fontsize=6.5,
        va="center",
        color=line["text"],
        annotation_clip=False,
    )
