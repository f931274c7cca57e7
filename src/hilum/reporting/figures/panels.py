"""Panels side by side, lettered, with the part and its size above each: what figures share."""

import math
import string
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hilum.reporting.figures.svg import INK, PAGE_WIDTH, new_figure
from hilum.reporting.format import count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_ACROSS = 3


def lettered_panels(
    panels: Sequence[dict[str, Any]],
    height: float,
    below: float = 30.0,
    right: float = 6.0,
    first: float = 33.0,
) -> tuple["Figure", list["Axes"]]:
    """A figure with one frame a panel, at most three across.

    Args:
        panels: Each with `part`, `n` and `events`.
        height: Height of a frame in points; 0 makes it square.
        below: Room under a frame in points, for its axis and what stands below.
        right: Room to the right of a frame in points.
        first: Room to the left of the first frame of a row in points, for names.

    Returns:
        The figure and its axes, in the order of the panels.
    """
    across = min(MOST_ACROSS, len(panels))
    rows = math.ceil(len(panels) / across)
    left, above = 33.0, 28.0
    inner = min((PAGE_WIDTH - first - left * (across - 1)) / across - right, 190.0)
    tall = height or inner
    step = inner + right + left
    total = (first + step * across - left, rows * (tall + above + below))
    figure = new_figure(*total)
    axes = []
    for place, panel in enumerate(panels):
        column, row = place % across, place // across
        x, y = first + column * step, total[1] - row * (tall + above + below) - above - tall
        axis = figure.add_axes((x / total[0], y / total[1], inner / total[0], tall / total[1]))
        heading(axis, panel, string.ascii_uppercase[place % 26] if len(panels) > 1 else "")
        axes.append(axis)
    return figure, axes


def heading(axis: "Axes", panel: dict[str, Any], letter: str) -> None:
    """The panel's letter and part in bold, its size below in plain."""
    part = f"{letter}\u2002{panel['part']}" if letter else str(panel["part"])
    events = panel.get("events")
    size = f"n = {count(panel['n'])}" + (
        "" if events is None else f", {count(events)} {panel.get('noun', 'events')}"
    )
    for text, above, weight in ((part, 15.0, "bold"), (size, 6.0, "normal")):
        axis.annotate(
            literal(text),
            (0, 1),
            (0, above),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=8 if weight == "bold" else 7,
            fontweight=weight,
            color=INK,
            va="baseline",
        )


def name_in_corner(
    axis: "Axes", named: Sequence[tuple[str, str]], *, top: bool, right: bool | None = None
) -> None:
    """Names in their colours in a corner of a panel.

    Args:
        axis: The panel.
        named: Text and colour, the first on top.
        top: In the upper corner, else in the lower one.
        right: At the right side; left out, right above and left below.
    """
    at_right = top if right is None else right
    for place, (text, colour) in enumerate(named):
        axis.annotate(
            literal(shortened(text, 44)),
            (1 if at_right else 0, 1 if top else 0),
            (-2 if at_right else 4, -8 - 8.5 * place if top else 4 + 8.5 * (len(named) - 1 - place)),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right" if at_right else "left",
            fontsize=6.5,
            color=colour,
            zorder=7,
        )


def names_below(axis: "Axes", named: Sequence[tuple[str, str]], below: float = 40.0) -> None:
    """Names in their colours under a panel's axis, where no curve can run through them.

    Args:
        axis: The panel.
        named: Text and colour, the first on top.
        below: How many points under the axis the first stands.
    """
    for place, (text, colour) in enumerate(named):
        axis.annotate(
            literal(shortened(text, 44)),
            (0, 0),
            (0, -below - 8.5 * place),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=6.5,
            color=colour,
            annotation_clip=False,
        )


def literal(text: str) -> str:
    r"""Text in which a dollar sign is a dollar sign and no formula.

    Example:
        >>> print(literal("a $ b"))
        a \$ b
    """
    return text.replace("$", r"\$")


def shortened(text: str, most: int = 28) -> str:
    """A label that fits, its middle left out.

    Example:
        >>> shortened("a" * 10 + "b" * 10, 9)
        'aaaa…bbbb'
    """
    if len(text) <= most:
        return text
    half = (most - 1) // 2
    return f"{text[:half]}…{text[-half:]}"
