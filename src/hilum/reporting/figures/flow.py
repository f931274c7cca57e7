"""The flow diagram: who was there, who was left out by which rule, into which parts the rest went."""

from typing import TYPE_CHECKING, Any

from hilum.reporting.figures.panels import literal
from hilum.reporting.figures.svg import INK, PAGE_WIDTH, Drawing, drawing_style, finish, new_figure
from hilum.reporting.format import count, counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE, PAD, GAP = 10.0, 5.0, 13.0
MAIN = (20.0, 210.0)
ASIDE = (262.0, 236.0)
FONT = 7.5


def draw_flow(figure: dict[str, Any]) -> Drawing:
    """Draw boxes of those who stay on the left, of those left out on the right, and one box a part below.

    Args:
        figure: `id`, `title`, `alt`, `steps` (rule, excluded, cases, patients) and `parts` (part, cases,
            patients, events,
            event_words).
    """
    with drawing_style():
        boxes, height = _layout(figure)
        drawn = new_figure(PAGE_WIDTH, height)
        axis = drawn.add_axes((0, 0, 1, 1))
        axis.set(xlim=(0, PAGE_WIDTH), ylim=(height, 0))
        axis.set_axis_off()
        for box in boxes["boxes"]:
            _box(axis, box)
        for x0, y0, x1, y1 in boxes["arrows"]:
            _arrow(axis, x0, y0, x1, y1)
        return finish(drawn, figure["id"], figure["title"], figure["alt"])


def _layout(figure: dict[str, Any]) -> tuple[dict[str, Any], float]:
    boxes: list[dict[str, Any]] = []
    arrows: list[tuple[float, float, float, float]] = []
    y = 2.0
    middle = MAIN[0] + MAIN[1] / 2
    previous: float | None = None
    for stay, leave in _pairs(figure["steps"]):
        if leave:
            lines = [line for text in leave for line in wrapped(text, ASIDE[1] - 2 * PAD)]
            tall = len(lines) * LINE + 2 * PAD
            boxes.append({"x": ASIDE[0], "y": y, "width": ASIDE[1], "lines": lines, "bold": 0})
            arrows.append((middle, y + tall / 2, ASIDE[0], y + tall / 2))
            y += tall + GAP
        lines = wrapped(stay, MAIN[1] - 2 * PAD)
        if previous is not None:
            arrows.append((middle, previous, middle, y))
        boxes.append({"x": MAIN[0], "y": y, "width": MAIN[1], "lines": lines, "bold": 1})
        previous = y + len(lines) * LINE + 2 * PAD
        y = previous + GAP
    y = _parts(figure["parts"], boxes, arrows, y, None if previous is None else (middle, previous))
    return {"boxes": boxes, "arrows": arrows}, y + 2


def _pairs(steps: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Boxes that stay, each with what was left out before it; steps that left nobody out make no box."""
    pairs: list[tuple[str, list[str]]] = []
    leaving: list[str] = []
    for place, step in enumerate(steps):
        if step["excluded"]:
            leaving.append(_left_out(step))
        last = place == len(steps) - 1
        if place == 0 or last:
            left = f"{counted(step['cases'], 'case')} of {counted(step['patients'], 'patient')}"
            text = f"{step['rule']}: {left}" if place == 0 and not step["excluded"] else left
            if place == 0 or leaving:
                pairs.append((text, leaving))
                leaving = []
    return pairs


def _left_out(step: dict[str, Any]) -> str:
    """How many a step left out and why; a criterion is what those who stay meet."""
    criterion = (
        any(sign in step["rule"] for sign in ("==", "!=", ">", "<", " in {")) and ": " not in step["rule"]
    )
    return f"{count(step['excluded'])} {'not meeting' if criterion else 'excluded:'} {step['rule']}"


def _parts(
    parts: list[dict[str, Any]],
    boxes: list[dict[str, Any]],
    arrows: list[tuple[float, float, float, float]],
    y: float,
    above: tuple[float, float] | None,
) -> float:
    """A row of boxes, one a part (a second row from the sixth on); returns where it ends."""
    across = min(5, len(parts))
    if not across:
        return y
    width = (PAGE_WIDTH - 8 - 6 * (across - 1)) / across
    rail = y - 2
    for start in range(0, len(parts), across):
        row = parts[start : start + across]
        texts = [
            [
                *wrapped(part["part"], width - 2 * PAD),
                *wrapped(counted(part["cases"], "case"), width - 2 * PAD),
            ]
            + [line for text in part["lines"] for line in wrapped(text, width - 2 * PAD)]
            for part in row
        ]
        most = max(len(lines) for lines in texts)
        top = y + 8
        for place, lines in enumerate(texts):
            x = 4 + place * (width + 6)
            boxes.append({"x": x, "y": top, "width": width, "lines": lines, "bold": 1, "tall": most})
            if start == 0 and above is not None:
                arrows.append((x + width / 2, rail, x + width / 2, top))
        y = top + most * LINE + 2 * PAD
    if above is not None:
        centres = [4 + place * (width + 6) + width / 2 for place in range(across)]
        arrows.append((above[0], above[1], above[0], rail))
        arrows.append((min(*centres, above[0]), rail, max(*centres, above[0]), rail))
    return y


def wrapped(text: str, width: float, size: float = FONT) -> list[str]:
    """Text in lines that fit a width in points; words too long are cut.

    Example:
        >>> wrapped("one two", 20)
        ['one', 'two']
    """
    lines, line = [], ""
    for word in _words(text, width, size):
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines or [""]


def _words(text: str, width: float, size: float) -> list[str]:
    words = []
    for word in text.split():
        rest = word
        while text_width(rest, size) > width and len(rest) > 1:
            fits = max(1, int(len(rest) * width / text_width(rest, size)) - 1)
            words.append(rest[:fits])
            rest = rest[fits:]
        words.append(rest)
    return words


def text_width(text: str, size: float) -> float:
    """About how wide a text is in points: Korean letters are as wide as high, others about half.

    Example:
        >>> text_width("mm", 10) > text_width("ii", 10)
        True
    """
    widths = {
        "i": 0.32,
        "l": 0.32,
        "j": 0.32,
        "t": 0.38,
        "f": 0.36,
        "r": 0.42,
        " ": 0.28,
        ".": 0.28,
        ",": 0.28,
    }
    return size * sum(
        1.0
        if ord(letter) > 0x2E80
        else widths.get(letter, 0.9 if letter in "mwMW@%" else 0.68 if letter.isupper() else 0.56)
        for letter in text
    )


def _box(axis: "Axes", box: dict[str, Any]) -> None:
    from matplotlib.patches import Rectangle

    tall = box.get("tall", len(box["lines"])) * LINE + 2 * PAD
    axis.add_patch(
        Rectangle((box["x"], box["y"]), box["width"], tall, facecolor="white", edgecolor=INK, linewidth=0.6)
    )
    for place, line in enumerate(box["lines"]):
        axis.text(
            box["x"] + PAD,
            box["y"] + PAD + LINE * place + LINE * 0.78,
            literal(line),
            fontsize=FONT,
            fontweight="bold" if place < box["bold"] else "normal",
            va="baseline",
        )


def _arrow(axis: "Axes", x0: float, y0: float, x1: float, y1: float) -> None:
    """A line, with a head where it does not lie along the rail."""
    axis.plot([x0, x1], [y0, y1], color=INK, linewidth=0.6, zorder=0)
