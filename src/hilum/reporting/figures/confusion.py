"""Confusion matrices side by side: truth in rows, what was said in columns."""

import math
from typing import TYPE_CHECKING, Any

from hilum.reporting.colours import readable_on
from hilum.reporting.figures.panels import literal, shortened
from hilum.reporting.figures.svg import PAGE_WIDTH, Drawing, drawing_style, finish, new_figure
from hilum.reporting.format import count

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ACROSS = 3
ABOVE, BELOW, LEFT, GAP = 24.0, 34.0, 58.0, 26.0
_CLOSE, _LARGEST_REPEAT, _SMALL = 8.0, 82.0, 70.0


def draw_confusion(figure: dict[str, Any]) -> Drawing:
    """Draw each matrix as coloured cells; the darker, the larger the share of the row.

    Args:
        figure: `id`, `title`, `alt` and `matrices` as `hilum.reporting.figure_data` makes them; with
            `across`, the matrices of repeated trainings, a row a reader.
    """
    if "across" in figure:
        return _draw_repeats(figure)
    matrices = figure["matrices"]
    across = min(ACROSS, len(matrices))
    rows = math.ceil(len(matrices) / across)
    side = min((PAGE_WIDTH - across * (LEFT + GAP)) / across, 120.0 + 8 * (len(matrices[0]["classes"]) - 2))
    width, height = across * (side + LEFT + GAP), rows * (side + ABOVE + BELOW)
    with drawing_style():
        drawn = new_figure(width, height)
        for place, matrix in enumerate(matrices):
            column, row = place % across, place // across
            x, y = LEFT + column * (side + LEFT + GAP), height - (row + 1) * (side + ABOVE + BELOW) + BELOW
            axis = drawn.add_axes((x / width, y / height, side / width, side / height))
            _draw_matrix(axis, matrix)
        return finish(drawn, figure["id"], figure["title"], figure["alt"])


def _draw_repeats(figure: dict[str, Any]) -> Drawing:
    """A row a reader, its name above; classes are named beside the first and below the last row alone."""
    across, matrices = figure["across"], figure["matrices"]
    names = list(dict.fromkeys(matrix["row"] for matrix in matrices))
    side = min((PAGE_WIDTH - LEFT) / across - _CLOSE, _LARGEST_REPEAT)
    width = LEFT + across * (side + _CLOSE)
    height = len(names) * (side + ABOVE) + BELOW
    with drawing_style():
        drawn = new_figure(width, height)
        for row, name in enumerate(names):
            own = [matrix for matrix in matrices if matrix["row"] == name]
            y = height - (row + 1) * (side + ABOVE)
            for column, matrix in enumerate(own):
                x = LEFT + column * (side + _CLOSE)
                axis = drawn.add_axes((x / width, y / height, side / width, side / height))
                head = f"{shortened(name, 24)}: {matrix['label']}" if column == 0 else matrix["label"]
                _draw_matrix(axis, matrix, head)
                if column:
                    axis.set_yticks([])
                if column or row < len(names) - 1:
                    axis.set_xlabel("")
                if row < len(names) - 1:
                    axis.set_xticks([])
                axis.tick_params(axis="x", labelsize=7 if side > _SMALL else 4.5)
        return finish(drawn, figure["id"], figure["title"], figure["alt"])


def _draw_matrix(axis: "Axes", matrix: dict[str, Any], head: str = "") -> None:
    counts, classes = matrix["counts"], matrix["classes"]
    size = len(classes)
    for i, line in enumerate(counts):
        whole = sum(line)
        for j, number in enumerate(line):
            share = number / whole if whole else 0.0
            axis.add_patch(_cell(j, size - 1 - i, matrix["colour"], share))
            text = f"{count(number)}\n{100 * share:.0f} %" if size <= 4 else count(number)
            colour = readable_on(_mixed(matrix["colour"], share))
            axis.text(j + 0.5, size - i - 0.5, text, ha="center", va="center", fontsize=7, color=colour)
    names = [literal(shortened(name, 12)) for name in classes]
    axis.set(xlim=(0, size), ylim=(0, size), xlabel="Said")
    axis.set_xticks([j + 0.5 for j in range(size)], names, rotation=0 if size <= 3 else 45)
    axis.set_yticks([size - i - 0.5 for i in range(size)], names)
    axis.tick_params(length=0)
    title = head or f"{shortened(matrix['label'], 24)}, n = {count(matrix['n'])}"
    axis.set_title(literal(title), color=matrix["text"])
    for spine in axis.spines.values():
        spine.set_visible(False)


def _cell(x: float, y: float, colour: str, share: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), 1, 1, facecolor=_mixed(colour, share), edgecolor="white", linewidth=1.0)


def _mixed(colour: str, share: float) -> str:
    """A colour on white, the darker, the larger the share."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    depth = 0.06 + 0.94 * share
    dark = 1 - 0.45 * max(0.0, share - 0.3)
    mixed = [round(255 + (part * dark - 255) * depth) for part in (red, green, blue)]
    return "#" + "".join(f"{part:02X}" for part in mixed)
