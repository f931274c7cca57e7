"""Survival, or the share with the event, by risk group with bands and numbers at risk; one panel a part."""

from typing import TYPE_CHECKING, Any

import numpy as np

from hilum.reporting.colours import darkened_to_read, tints
from hilum.reporting.figures.panels import lettered_panels
from hilum.reporting.figures.svg import INK, Drawing, drawing_style, finish
from hilum.reporting.format import count, p_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_kaplan_meier(figure: dict[str, Any]) -> Drawing:
    """Draw one curve a risk group, named at its end, in shades of the reader's colour from low to high.

    Args:
        figure: `id`, `title`, `alt`, `colour`, `incidence` (the share with the event is drawn), `floor` and
            `top` (where the vertical axis begins and ends) and `panels` as `hilum.reporting.figure_data`
            makes them.
    """
    most = max(len(panel["lines"]) for panel in figure["panels"])
    with drawing_style():
        drawn, axes = lettered_panels(figure["panels"], height=118, below=40 + 9.0 * most, right=45, first=52)
        for place, (axis, panel) in enumerate(zip(axes, figure["panels"], strict=True)):
            shades = tints(figure["colour"], len(panel["lines"]))
            for line, shade in zip(panel["lines"], shades, strict=True):
                _draw_line(axis, line, shade)
            _name_ends(axis, panel["lines"], shades, (figure["floor"], figure["top"]))
            axis.set(xlim=(0, panel["limit"]), ylim=(figure["floor"], figure["top"]), xlabel="Days")
            axis.set_xticks(panel["ticks"], [f"{tick:g}" for tick in panel["ticks"]])
            ticks = [t for t in axis.get_yticks() if figure["floor"] <= t <= figure["top"] + 1e-9]
            axis.set_yticks(ticks, [f"{100 * tick:.0f}" for tick in ticks])
            what = "With the event, %" if figure["incidence"] else "Without the event, %"
            axis.set_ylabel(what if place % 3 == 0 else "")
            _log_rank(axis, panel, top=figure["incidence"])
            _numbers_at_risk(axis, panel, shades, named=place % 3 == 0)
        return finish(drawn, figure["id"], figure["title"], figure["alt"])


def _draw_line(axis: "Axes", line: dict[str, Any], colour: str) -> None:
    x = np.array([*line["x"], line["end"]], dtype=float)
    arrays = {
        key: np.array([v if v is not None else np.nan for v in [*line[key], line[key][-1]]], dtype=float)
        for key in ("y", "low", "high")
    }
    axis.fill_between(x, arrays["low"], arrays["high"], step="post", color=colour, alpha=0.15, linewidth=0)
    axis.step(x, arrays["y"], where="post", color=colour)


def _name_ends(
    axis: "Axes", lines: list[dict[str, Any]], shades: list[str], ends: tuple[float, float]
) -> None:
    """Names at the ends of the curves, moved apart where they would touch."""
    height = axis.get_window_extent().height * 72 / axis.figure.dpi
    floor, top = ends
    gap = 8.0 / height * (top - floor)
    order = sorted(range(len(lines)), key=lambda place: lines[place]["y"][-1])
    position = -np.inf
    for place in order:
        position = max(float(lines[place]["y"][-1]), position + gap, floor + gap / 2)
        axis.annotate(
            lines[place]["name"],
            (1, (position - floor) / (top - floor)),
            (3, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=6.5,
            va="center",
            color=darkened_to_read(shades[place]),
            annotation_clip=False,
        )


def _log_rank(axis: "Axes", panel: dict[str, Any], *, top: bool) -> None:
    """The test in the corner from which the curves go away."""
    if panel["p"] is None:
        return
    axis.annotate(
        f"log-rank {p_value(panel['p'])}",
        (0, 1 if top else 0),
        (4, -8 if top else 5),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=6.5,
    )


def _numbers_at_risk(axis: "Axes", panel: dict[str, Any], shades: list[str], *, named: bool) -> None:
    top = -32.0
    if named:
        _below(axis, (0, top), "At risk", INK, side="name")
    for row, (line, shade) in enumerate(zip(reversed(panel["lines"]), reversed(shades), strict=True), 1):
        for day, n in zip(panel["ticks"], line["at_risk"], strict=True):
            _below(
                axis, (day / panel["limit"], top - 9 * row), count(n), darkened_to_read(shade), side="center"
            )
        if named:
            _below(axis, (0, top - 9 * row), line["name"], darkened_to_read(shade), side="name")


def _below(axis: "Axes", at: tuple[float, float], text: str, colour: str, *, side: str) -> None:
    """Text below the axis: at a share of its width, so many points under it."""
    axis.annotate(
        text,
        (at[0], 0),
        (-10 if side == "name" else 0, at[1]),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=6.5,
        color=colour,
        ha="right" if side == "name" else side,
        va="baseline",
        annotation_clip=False,
    )
