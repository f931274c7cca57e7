"""An atlas's figures as files: PNG of 300 dots an inch, SVG and PDF; the same numbers, the same bytes."""

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilum.files import replaced_when_done
from hilum.reporting.figures.svg import drawing_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 300
_NO_DATES: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def save_figure(figure: "Figure", path: Path) -> list[Path]:
    """Write a figure as PNG, SVG and PDF, each whole or not at all.

    Args:
        figure: as drawn.
        path: without an ending; its folder must exist.

    Returns:
        The files.
    """
    written = []
    for kind, facts in _NO_DATES.items():
        target = path.with_name(f"{path.name}.{kind}")
        with replaced_when_done(target) as temporary, drawing_style():
            figure.savefig(temporary, format=kind, dpi=DOTS_PER_INCH, metadata=facts, facecolor="white")
        written.append(target)
    return written


def png_uri(path: Path) -> str:
    """A PNG file as it stands inside a page, with few colours where that is enough.

    Args:
        path: of a PNG file.
    """
    from PIL import Image

    stream = io.BytesIO()
    with Image.open(path) as image:
        plain = image.convert("RGB")
        plain.save(stream, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
