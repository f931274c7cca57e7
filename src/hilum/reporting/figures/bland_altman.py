"""Bland and Altman's plot, one panel a reader."""

from typing import TYPE_CHECKING, Any

from hilum.reporting.figures.panels import lettered_panels
from hilum.reporting.figures.svg import INK, Drawing, drawing_style, finish
from hilum.reporting.format import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_bland_altman(figure: dict[str, Any]) -> Drawing:
    """Draw differences over means with bias and limits of agreement.

    Args:
        figure: `id`, `title`, `alt`, `x_label`, `y_label` and `panels` as `hilum.reporting.figure_data`
            makes them.
    """
    with drawing_style():
        drawn, axes = lettered_panels(figure["panels"], height=130, below=34, right=30)
        limits = _limits(figure["panels"])
        for axis, panel in zip(axes, figure["panels"], strict=True):
            x, y, colour = (panel[key] for key in ("x", "y", "colour"))
            axis.plot(x, y, "o", color=colour, markersize=1.8, alpha=0.45, markeredgewidth=0)
            axis.axhline(0, color=INK, linewidth=0.4, linestyle=(0, (1, 2)), zorder=1)
            for name, style in (("bias", "-"), ("limit_low", (0, (4, 2))), ("limit_high", (0, (4, 2)))):
                _level(axis, panel[name], style, panel["colour"])
            axis.set(xlabel=figure["x_label"], ylabel=figure["y_label"], ylim=limits)
            axis.locator_params(nbins=5)
            axis.margins(x=0.04)
        return finish(drawn, figure["id"], figure["title"], figure["alt"])


def _limits(panels: list[dict[str, Any]]) -> tuple[float, float]:
    """One vertical axis for all panels, so that readers can be compared by eye."""
    levels = [
        v for panel in panels for name in ("limit_low", "limit_high") for v in panel[name] if v is not None
    ]
    values = levels + [y for panel in panels for y in panel["y"]]
    reach = 0.06 * (max(values) - min(values)) or 1.0
    return min(values) - reach, max(values) + reach


def _level(axis: "Axes", level: list[float | None], style: object, colour: str) -> None:
    value, low, high = level
    if value is None:
        return
    axis.axhline(value, color=colour, linewidth=0.9, linestyle=style, zorder=3)
    if low is not None and high is not None:
        axis.axhspan(low, high, color=colour, alpha=0.12, linewidth=0, zorder=1)
    axis.annotate(
        number(value, 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0),
        (1, value),
        (2, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        fontsize=6.5,
        va="center",
        color=INK,
        annotation_clip=False,
    )
