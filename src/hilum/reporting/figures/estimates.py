"""Estimates in groups as a forest, with their numbers beside it."""

from itertools import groupby
from typing import TYPE_CHECKING, Any

from hilum.reporting.figures.panels import literal, shortened
from hilum.reporting.figures.svg import FAINT, INK, PAGE_WIDTH, Drawing, drawing_style, finish, new_figure
from hilum.reporting.format import count, estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FAINT_TEXT = "#5A5A5A"
ROW, HEAD = 11.5, 16.0
PLOT_LEFT, PLOT_RIGHT = 0.40, 0.66
ABOVE, BELOW = 18.0, 32.0


def draw_estimates(figure: dict[str, Any]) -> Drawing:
    """Draw one line a group and reader, grouped by column.

    Args:
        figure: `id`, `title`, `alt`, `x_label`, `whole` and `rows` as `hilum.reporting.figure_data` makes
            them.
    """
    columns = [(name, list(rows)) for name, rows in groupby(figure["rows"], key=lambda row: row["column"])]
    body = sum(HEAD + ROW * len(rows) for _, rows in columns)
    height = body + ABOVE + BELOW
    with drawing_style():
        drawn = new_figure(PAGE_WIDTH, height)
        axis = drawn.add_axes((PLOT_LEFT, BELOW / height, PLOT_RIGHT - PLOT_LEFT, body / height))
        axis.set_ylim(body, 0)
        _text(axis, 0.69, -6.0, "Estimate (95 % CI)", colour=FAINT_TEXT)
        _text(axis, 0.88, -6.0, _head(figure), colour=FAINT_TEXT)
        y = 0.0
        for name, rows in columns:
            y += HEAD
            _text(axis, 0.0, y - ROW / 2 + 1, str(name).replace("_", " "), weight="bold")
            group = None
            for row in rows:
                _draw_row(axis, row, y + ROW / 2, named=row["group"] != group)
                group = row["group"]
                y += ROW
        _frame(axis, figure)
        return finish(drawn, figure["id"], figure["title"], figure["alt"])


def _head(figure: dict[str, Any]) -> str:
    return "n" if all(row["events"] is None for row in figure["rows"]) else f"n, {figure['noun']}"


def _size(row: dict[str, Any]) -> str:
    return count(row["n"]) + ("" if row["events"] is None else f", {count(row['events'])}")


def _draw_row(axis: "Axes", row: dict[str, Any], y: float, *, named: bool) -> None:
    if named:
        _text(axis, 0.015, y, shortened(str(row["group"]), 22))
    _text(axis, 0.21, y, shortened(row["label"], 20), colour=FAINT_TEXT)
    _text(axis, 0.69, y, estimate(row["value"], row["low"], row["high"]))
    _text(axis, 0.88, y, _size(row), colour=FAINT_TEXT)
    if row["low"] is not None and row["high"] is not None:
        axis.plot([row["low"], row["high"]], [y, y], color=row["colour"], linewidth=1.0)
    if row["value"] is not None:
        axis.plot(row["value"], y, "s", color=row["colour"], markersize=3.4, markeredgewidth=0)


def _frame(axis: "Axes", figure: dict[str, Any]) -> None:
    values = [v for row in figure["rows"] for v in (row["low"], row["high"], row["value"]) if v is not None]
    if values:
        reach = max(values) - min(values) or 0.1
        axis.set_xlim(min(values) - 0.05 * reach, max(values) + 0.05 * reach)
    if figure["whole"] is not None:
        axis.axvline(figure["whole"], color=INK, linewidth=0.6, linestyle=(0, (1, 2)), zorder=0)
    axis.spines["left"].set_visible(False)
    axis.spines["bottom"].set_color(FAINT)
    axis.set_yticks([])
    axis.set_xlabel(literal(figure["x_label"]))
    axis.locator_params(axis="x", nbins=5)


def _text(axis: "Axes", x: float, y: float, text: str, *, weight: str = "normal", colour: str = INK) -> None:
    """Text at a share of the figure's width and a height in rows."""
    axis.annotate(
        literal(text),
        (x, y),
        xycoords=("figure fraction", "data"),
        fontsize=7.2,
        fontweight=weight,
        color=colour,
        va="center",
        annotation_clip=False,
    )
