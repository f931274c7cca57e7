"""The atlas in figures, fit to print: mean maps, differences, tests and effects of all models side by side.

Red means higher in the first (positive) group, blue higher in the second, white no difference; red and blue
of this map stay apart for the colour-blind. All models share one scale, so that they can be compared; the
images themselves, in the first column, have their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hilum.explanation.atlas import Atlas
from hilum.reporting.figures.svg import FAINT, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DIVERGING, SEQUENTIAL = "RdBu_r", "cividis"
RED, BLUE = np.array([178, 24, 43]) / 255, np.array([33, 102, 172]) / 255
WIDTH = 504.0  # points, the width of the text on A4
_LABEL, _TITLE, _NOTE, _BAR, _GAP = 62.0, 36.0, 12.0, 36.0, 4.0
_ROW, _COLUMN = 13, 15  # letters on a line beside a row and above a column
_MOST_COLUMNS, _LARGEST, _TALLEST = 6, 112.0, 620.0
NAMES = {
    "uncorrected": "p < {level}\nuncorrected",
    "benjamini_hochberg": "Benjamini-\nHochberg",
    "max_t": "permutation\nmax-T",
    "tfce": "permutation\nTFCE",
}


@dataclass(frozen=True)
class Column:
    """One column of a figure: the images themselves, or a model's maps.

    Attributes:
        label: as printed above it.
        atlas: the two groups compared; of volumes the slices are averaged before they are drawn.
        background: the mean image of both groups in the same grid.
        of_images: whether it shows the images, not maps.
        millimetres: width of a pixel where it is known.
    """

    label: str
    atlas: Atlas
    background: NDArray[np.float64]
    of_images: bool = False
    millimetres: float | None = None


@dataclass(frozen=True)
class Row:
    """One row of a figure.

    Attributes:
        label: what stands on its left.
        draw: draws one column's panel; gives the mappable for a colour bar, or None.
        limit: the largest value that a column shows.
        bar: what the colour bar of the row says; empty = no bar.
        shares: the way of testing whose share is written below each panel; empty = none.
        dark: whether its pictures are dark, so that what is written on them is white.
    """

    label: str
    draw: Callable[["Axes", Column, float], Any]
    limit: Callable[[Column], float]
    bar: str = ""
    shares: str = ""
    dark: bool = False


def flat(values: NDArray[Any]) -> NDArray[np.float64]:
    """A map of two axes; a volume's slices are averaged.

    Example:
        >>> flat(np.ones((3, 2, 2))).shape
        (2, 2)
    """
    plane = values.mean(axis=0) if values.ndim == 3 else values
    return np.asarray(plane, dtype=np.float64)


def draw_maps(columns: Sequence[Column], names: tuple[str, str]) -> "Figure":
    """Mean image and mean maps of both groups, and their difference (document 001, Figures 2 and 3 above).

    Args:
        columns: the images, then each model.
        names: of the first and of the second group.
    """
    rows = [
        Row(_broken(names[0], _ROW), _mean(first=True), _highest_mean, "mean", dark=True),
        Row(_broken(names[1], _ROW), _mean(first=False), _highest_mean, "mean", dark=True),
        Row("difference", _signed(lambda atlas: atlas.difference), _of(lambda a: a.difference), "difference"),
    ]
    return _grid(columns, rows, names)


def draw_tests(columns: Sequence[Column], names: tuple[str, str]) -> "Figure":
    """Student's t, and where it is significant, uncorrected and corrected, over the mean image.

    Args:
        columns: the images, then each model; all tested.
        names: of the first and of the second group.
    """
    level = f"{columns[0].atlas.options.level:g}"
    rows = [Row("Student's t", _signed(_student), _of(_student), "t")]
    for way, name in NAMES.items():
        rows.append(Row(name.format(level=level), _region(way), _none, "", way, dark=True))
    return _grid(columns, rows, names)


def draw_effects(columns: Sequence[Column], names: tuple[str, str]) -> "Figure":
    """Outlines of the significant regions over the mean image, effect size, and Welch's t.

    Args:
        columns: the images, then each model; all tested.
        names: of the first and of the second group.
    """
    rows = [
        Row("significant\nregion", _outlines, _none, dark=True),
        Row("Hedges' g", _signed(_hedges), _of(_hedges), "g"),
        Row("Welch's t", _signed(_welch), _of(_welch), "t"),
    ]
    return _grid(columns, rows, names)


def draw_p_values(columns: Sequence[Column]) -> "Figure":
    """P-values of each way in steps, uncorrected above and corrected below.

    Args:
        columns: the images, then each model; all tested.
    """
    rows = []
    for way, name in NAMES.items():
        label = "uncorrected" if way == "uncorrected" else name
        rows.append(Row(label, _steps(way), _none, "p" if way == "tfce" else ""))
    return _grid(columns, rows)


def _student(atlas: Atlas) -> NDArray[np.float64]:
    return np.zeros(atlas.first.shape) if atlas.tests is None else atlas.tests.student.t


def _welch(atlas: Atlas) -> NDArray[np.float64]:
    return np.zeros(atlas.first.shape) if atlas.tests is None else atlas.tests.welch.t


def _hedges(atlas: Atlas) -> NDArray[np.float64]:
    return np.zeros(atlas.first.shape) if atlas.tests is None else atlas.tests.student.hedges_g


def _none(_: Column) -> float:
    return 0.0


def _of(values: Callable[[Atlas], NDArray[np.float64]]) -> Callable[[Column], float]:
    """The largest absolute value that a column shows; a handful of single pixels does not set the scale."""

    def largest(column: Column) -> float:
        size = np.abs(flat(values(column.atlas)))
        return float(np.quantile(size[np.isfinite(size)], 0.999)) if np.isfinite(size).any() else 0.0

    return largest


def _highest_mean(column: Column) -> float:
    return float(max(flat(column.atlas.first).max(), flat(column.atlas.second).max()))


def _mean(*, first: bool) -> Callable[["Axes", Column, float], Any]:
    def draw(axes: "Axes", column: Column, limit: float) -> Any:
        values = flat(column.atlas.first if first else column.atlas.second)
        return _image(axes, values, "gray" if column.of_images else SEQUENTIAL, 0, limit)

    return draw


def _signed(values: Callable[[Atlas], NDArray[np.float64]]) -> Callable[["Axes", Column, float], Any]:
    def draw(axes: "Axes", column: Column, limit: float) -> Any:
        return _image(axes, flat(np.nan_to_num(values(column.atlas))), DIVERGING, -limit, limit)

    return draw


def _region(way: str) -> Callable[["Axes", Column, float], Any]:
    """The mean image in grey, red and blue where the way of testing finds a difference."""

    def draw(axes: "Axes", column: Column, _: float) -> Any:
        shade = _shade(column)[..., None].repeat(3, axis=2)
        found = flat(column.atlas.significant(way)) > 0
        sign = flat(column.atlas.difference)
        for colour, where in ((RED, found & (sign > 0)), (BLUE, found & (sign < 0))):
            shade[where] = 0.25 * shade[where] + 0.75 * colour
        axes.imshow(shade, interpolation="nearest")

    return draw


def _outlines(axes: "Axes", column: Column, _: float) -> Any:
    """The region by max-T in a whole line, that by TFCE in a broken one."""
    axes.imshow(_shade(column), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    sign = flat(column.atlas.difference)
    for way, dashes in (("max_t", "solid"), ("tfce", (0, (2.2, 1.4)))):
        found = flat(column.atlas.significant(way)) > 0
        for colour, where in ((RED, found & (sign > 0)), (BLUE, found & (sign < 0))):
            if where.any() and not where.all():
                framed = np.pad(where.astype(float), 1)
                places = (np.arange(framed.shape[1]) - 1, np.arange(framed.shape[0]) - 1)
                axes.contour(*places, framed, [0.5], colors=["white"], linewidths=1.7)
                axes.contour(
                    *places, framed, [0.5], colors=[tuple(colour)], linewidths=0.9, linestyles=[dashes]
                )
    axes.set_xlim(-0.5, sign.shape[1] - 0.5)
    axes.set_ylim(sign.shape[0] - 0.5, -0.5)


STEPS = (0.0, 0.001, 0.01, 0.05, 1.0)


def _steps(way: str) -> Callable[["Axes", Column, float], Any]:
    def draw(axes: "Axes", column: Column, _: float) -> Any:
        from matplotlib.colors import BoundaryNorm, ListedColormap

        p = np.ones(column.atlas.first.shape)
        if column.atlas.tests is not None:
            p = column.atlas.tests.p_values[way]
        # Of a volume the smallest p along the slices is shown.
        plane = p.min(axis=0) if p.ndim == 3 else p
        colours = ListedColormap(["#00224E", "#7D7C78", "#FEE838", "#FFFFFF"])
        shown: Any = axes.imshow(plane, cmap=colours, norm=BoundaryNorm(STEPS, 4), interpolation="nearest")
        return shown

    return draw


def _shade(column: Column) -> NDArray[np.float64]:
    """The mean image from 0 to 1, lightened, so that colours on it can be seen."""
    image = flat(column.background)
    low, high = float(image.min()), float(image.max())
    return 0.12 + 0.8 * (image - low) / (high - low) if high > low else np.full(image.shape, 0.5)


def _image(axes: "Axes", values: NDArray[np.float64], colours: str, low: float, high: float) -> Any:
    high = high if high > low else low + 1.0
    return axes.imshow(values, cmap=colours, vmin=low, vmax=high, interpolation="nearest")


def _grid(columns: Sequence[Column], rows: Sequence[Row], names: tuple[str, str] | None = None) -> "Figure":
    """Rows of panels with one scale for all models, a colour bar at the right, and a scale bar."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = columns[:_MOST_COLUMNS]
    below = [9.0 if row.shares else 0.0 for row in rows]
    shape = flat(columns[0].background).shape
    side = min((WIDTH - _LABEL - 2 * _BAR - _GAP * len(columns)) / len(columns), _LARGEST)
    room = (_TALLEST - _TITLE - _NOTE - sum(below)) / len(rows) - _GAP
    side = min(side, room * shape[1] / shape[0])
    tall = side * shape[0] / shape[1]
    width = _LABEL + (side + _GAP) * len(columns) + 2 * _BAR
    height = _TITLE + sum(tall + _GAP + more for more in below) + (_NOTE if names else 0.0)
    figure = Figure(figsize=(width / 72, height / 72))
    FigureCanvasAgg(figure)
    top = height - _TITLE
    for row, more in zip(rows, below, strict=True):
        limits = [row.limit(column) for column in columns]
        of_models = max((x for x, c in zip(limits, columns, strict=True) if not c.of_images), default=0.0)
        top -= tall
        figure.text(0, (top + tall / 2) / height, row.label, ha="left", va="center", fontsize=7.5)
        drawn = []
        for place, (column, limit) in enumerate(zip(columns, limits, strict=True)):
            left = _LABEL + place * (side + _GAP)
            axes = figure.add_axes((left / width, top / height, side / width, tall / height))
            drawn.append(row.draw(axes, column, limit if column.of_images else of_models))
            _finish(axes, column, row)
            if row is rows[0]:
                axes.set_title(_head(column), fontsize=6.5, loc="center", pad=3)
        box = (_LABEL + len(columns) * (side + _GAP), top, tall, width, height)
        _bars(figure, row, columns, drawn, box)
        top -= _GAP + more
    if names:
        for left, colour, name in ((_LABEL, RED, names[0]), (width / 2, BLUE, names[1])):
            words = f"\u25a0 higher in {name}"
            figure.text(left / width, 3 / height, words, color=tuple(colour), fontsize=7, va="bottom")
    return figure


def _head(column: Column) -> str:
    n = column.atlas.n
    return f"{_broken(column.label, _COLUMN)}\nn = {n[0]} / {n[1]}"


def _broken(text: str, longest: int) -> str:
    r"""A name on at most two lines, broken after a joining sign where it has one; what is longer is cut.

    Example:
        >>> _broken("inception_resnet_v2 x5", 15)
        'inception_\nresnet_v2 x5'
    """
    if len(text) <= longest:
        return text
    places = [place + 1 for place, letter in enumerate(text[:longest]) if letter in " _-+,("]
    cut = places[-1] if places else longest
    rest = text[cut:]
    return text[:cut].rstrip() + "\n" + (rest if len(rest) <= longest else rest[: longest - 1] + "\u2026")


def _finish(axes: "Axes", column: Column, row: Row) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(FAINT)
        spine.set_linewidth(0.4)
    if row.shares:
        share = column.atlas.share(row.shares)
        axes.set_xlabel(f"{100 * share:.1f} % of pixels", fontsize=6, labelpad=1.5)
    if column.millimetres:
        _scale_bar(axes, column.millimetres, dark=row.dark)


def _scale_bar(axes: "Axes", millimetres: float, *, dark: bool) -> None:
    """A bar of a round length, at most a third of the picture."""
    across, down = axes.get_xlim()[1] + 0.5, axes.get_ylim()[0] + 0.5
    length = next(
        (each for each in (200, 100, 50, 20, 10, 5, 2, 1) if each / millimetres <= across / 3), None
    )
    if length is None:
        return
    end = 0.95 * across
    colour = "white" if dark else INK
    axes.plot(
        [end - length / millimetres, end], [0.94 * down] * 2, color=colour, lw=1.4, solid_capstyle="butt"
    )
    text = f"{length / 10:g} cm" if length >= 10 else f"{length} mm"
    middle = end - length / millimetres / 2
    axes.text(middle, 0.925 * down, text, color=colour, fontsize=5, ha="center", va="bottom")


def _bars(
    figure: "Figure",
    row: Row,
    columns: Sequence[Column],
    drawn: Sequence[Any],
    box: tuple[float, float, float, float, float],
) -> None:
    """A colour bar for the models, and one for the images where these have a scale of their own."""
    if not row.bar:
        return
    left, bottom, tall, width, height = box
    kinds = [("maps", False), ("images", True)]
    place = 0
    for name, of_images in kinds:
        found = [one for one, c in zip(drawn, columns, strict=True) if c.of_images == of_images and one]
        if not found or (row.bar == "p" and place):
            continue
        where = (left + 2 + place * _BAR, bottom + 0.12 * tall, 4.5, 0.66 * tall)
        axes = figure.add_axes((where[0] / width, where[1] / height, where[2] / width, where[3] / height))
        bar = figure.colorbar(found[0], cax=axes)
        bar.outline.set_linewidth(0.4)
        axes.tick_params(labelsize=5, width=0.4, length=1.5, pad=1)
        head = row.bar if row.bar == "p" else f"{row.bar}\n{name}"
        axes.set_title(head, fontsize=5, loc="left", pad=4.5, fontweight="normal")
        place += 1
