"""From a matplotlib figure to SVG inside a page: text stays text, same numbers, same bytes."""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAGE_WIDTH = 504.0  # points: the width of the text on A4; 7 inches
FONTS = (
    "Charter",
    "Bitstream Charter",
    "Iowan Old Style",
    "Palatino Linotype",
    "Palatino",
    "Georgia",
    "Noto Serif",
    "Noto Serif KR",
    "Noto Serif CJK KR",
    "Nanum Myeongjo",
    "NanumMyeongjo",
    "AppleMyungjo",
    "Batang",
    "Malgun Gothic",
    "DejaVu Serif",
)
INK, FAINT = "#1A1A1A", "#8A8A8A"
SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "hilum",
    "font.family": ["serif"],
    "font.serif": ["DejaVu Serif"],
    "font.size": 7.5,
    "axes.labelsize": 7.5,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.unicode_minus": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.1,
    "lines.solid_capstyle": "butt",
    "figure.dpi": 72,
    "savefig.dpi": 72,
    "path.simplify": False,
}


@dataclass(frozen=True)
class Drawing:
    """A finished figure.

    Attributes:
        svg: The SVG element, without declaration, with title and description for those who cannot see it.
        width: Width in points.
        height: Height in points.
    """

    svg: str
    width: float
    height: float


@contextmanager
def drawing_style() -> Iterator[None]:
    """Matplotlib's settings for one figure; the world's settings come back afterwards.

    Fonts are measured with one that matplotlib brings, so that the same numbers give the same bytes
    everywhere; the page
    names better ones. A glyph it lacks (Korean) is measured as a box and drawn by the reader's own font.
    """
    import matplotlib as mpl

    with mpl.rc_context(cast("Any", SETTINGS)), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        yield


def new_figure(width: float, height: float) -> "Figure":
    """A figure of a size in points, without a window."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, height / 72))
    FigureCanvasSVG(figure)
    return figure


def finish(figure: "Figure", name: str, title: str, description: str) -> Drawing:
    """The figure as one SVG element.

    Args:
        figure: The figure.
        name: Unique in the page; prefixes every identifier inside.
        title: What a screen reader announces.
        description: What the figure shows, in words.
    """
    stream = io.StringIO()
    figure.savefig(
        stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    width, height = (float(side * 72) for side in figure.get_size_inches())
    return Drawing(clean_svg(stream.getvalue(), name, title, description), width, height)


def clean_svg(text: str, name: str, title: str, description: str) -> str:
    """Matplotlib's SVG without declaration and metadata, with its own identifiers, a title and a description.

    Example:
        >>> svg = '<?xml version="1.0"?><svg width="9pt" viewBox="0 0 9 9"><g id="a"/></svg>'
        >>> clean_svg(svg, "roc", "A<B", "d").endswith('<desc id="roc-desc">d</desc><g id="roc-a"/></svg>')
        True
    """
    body = text[text.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    body = re.sub(r'xlink:href="#([^"]+)"', rf'href="#{name}-\1"', body)
    # matplotlib writes its own list of fonts into every text; the page's list stands in the style sheet.
    body = re.sub(
        r"(font(?:-family)?: [^;\"']*?)'DejaVu Serif'(?:, serif)?", r"\1var(--figure-font, serif)", body
    )
    head, rest = body.split(">", 1)
    head = re.sub(r'\s(?:width|height|version|xmlns(?::\w+)?)="[^"]*"', "", head)
    labelled = f' role="img" aria-labelledby="{name}-title {name}-desc">'
    named = (
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    )
    return re.sub(r"\n\s*", "\n", f"{head}{labelled}{named}{rest}").strip()


def standalone(drawing: Drawing) -> str:
    """The figure as a file of its own."""
    fonts = ", ".join(f"'{font}'" for font in FONTS)
    style = f"<style>svg {{ --figure-font: {fonts}, serif; }}</style>"
    spaces = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width:g}pt" height="{drawing.height:g}pt"'
    )
    svg = drawing.svg.replace("<svg", spaces, 1)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + svg.replace("<title", style + "<title", 1) + "\n"
