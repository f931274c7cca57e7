"""Differences between readers with their intervals: a forest plot with its numbers beside it."""

from itertools import groupby
from typing import TYPE_CHECKING, Any

from hilum.reporting.figures.panels import literal, shortened
from hilum.reporting.figures.svg import FAINT, INK, PAGE_WIDTH, Drawing, drawing_style, finish, new_figure
from hilum.reporting.format import count, difference, p_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FAINT_TEXT = "#5A5A5A"
ROW, HEAD = 13.0, 17.0
PLOT_LEFT, PLOT_RIGHT = 0.32, 0.61
NUMBERS, TESTS = 0.635, 0.845


def draw_forest(figure: dict[str, Any]) -> Drawing:
    """Draw one line a comparison, grouped by part.

    Args:
        figure: `id`, `title`, `alt`, `x_label` and `rows` as made by
            `hilum.reporting.tables.comparison_rows`.
    """
    groups = [(name, list(rows)) for name, rows in groupby(figure["rows"], key=lambda row: row["group"])]
    body = sum(HEAD + ROW * len(rows) for _, rows in groups)
    above, below = 18.0, 34.0
    with drawing_style():
        drawn = new_figure(PAGE_WIDTH, body + above + below)
        place = (
            PLOT_LEFT,
            below / (body + above + below),
            PLOT_RIGHT - PLOT_LEFT,
            body / (body + above + below),
        )
        axis = drawn.add_axes(place)
        axis.set_ylim(body, 0)
        _columns(axis, -6.0, adjusted=any(row["p_holm"] is not None for row in figure["rows"]))
        y = 0.0
        for name, rows in groups:
            y += HEAD
            _text(axis, 0.0, y - ROW / 2 + 2, f"{name}, {_cases(rows)}", weight="bold")
            for row in rows:
                _draw_row(axis, row, y + ROW / 2)
                y += ROW
        _frame(axis, figure)
        return finish(drawn, figure["id"], figure["title"], figure["alt"])


def _columns(axis: "Axes", y: float, *, adjusted: bool) -> None:
    _text(axis, NUMBERS, y, "Difference (95 % CI)", colour=FAINT_TEXT)
    _text(axis, TESTS, y, "Test (Holm)" if adjusted else "Test", colour=FAINT_TEXT)


def _cases(rows: list[dict[str, Any]]) -> str:
    """How many cases the rows of a part compare."""
    least, most = min(row["n"] for row in rows), max(row["n"] for row in rows)
    return f"n = {count(least)}" if least == most else f"n = {count(least)}\u2013{count(most)}"


def _draw_row(axis: "Axes", row: dict[str, Any], y: float) -> None:
    if row["low"] is not None and row["high"] is not None:
        axis.plot(
            [row["low"], row["high"]], [y, y], color=row["colour"], linewidth=1.0, solid_capstyle="butt"
        )
    axis.plot(row["difference"], y, "s", color=row["colour"], markersize=3.6, markeredgewidth=0)
    _text(axis, 0.015, y, shortened(row["label"], 36))
    _text(axis, NUMBERS, y, difference(row["difference"], row["low"], row["high"]))
    _text(axis, TESTS, y, _tested(row))


def _tested(row: dict[str, Any]) -> str:
    """The p value, and in brackets that adjusted for the number of pairs."""
    if row["p_holm"] is None:
        return p_value(row["p"])
    return f"{p_value(row['p'])} ({p_value(row['p_holm']).removeprefix('p ').removeprefix('= ')})"


def _frame(axis: "Axes", figure: dict[str, Any]) -> None:
    values = [
        v
        for row in figure["rows"]
        for v in (row["low"], row["high"], row["difference"], 0.0)
        if v is not None
    ]
    reach = max(values) - min(values) or 0.1
    axis.set_xlim(min(values) - 0.05 * reach, max(values) + 0.05 * reach)
    axis.axvline(0, color=INK, linewidth=0.6, zorder=0)
    axis.spines["left"].set_visible(False)
    axis.set_yticks([])
    axis.set_xlabel(literal(figure["x_label"]))
    axis.locator_params(axis="x", nbins=5)
    for side, ha in (("← " + figure["worse"], "right"), (figure["better"] + " →", "left")):
        axis.annotate(
            literal(side),
            (0, 0),
            (-4 if ha == "right" else 4, -31),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            fontsize=6.5,
            color=FAINT_TEXT,
            ha=ha,
            annotation_clip=False,
        )
    axis.tick_params(axis="x", colors=INK)
    axis.spines["bottom"].set_color(FAINT)


def _text(axis: "Axes", x: float, y: float, text: str, *, weight: str = "normal", colour: str = INK) -> None:
    """Text at a share of the figure's width and a height in rows."""
    axis.annotate(
        literal(text),
        (x, y),
        xycoords=("figure fraction", "data"),
        fontsize=7.5,
        fontweight=weight,
        color=colour,
        va="center",
        annotation_clip=False,
    )
