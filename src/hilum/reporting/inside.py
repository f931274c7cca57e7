"""The page that looks inside a network: self-contained, with its pictures and all its numbers as JSON."""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hilum.errors import ReportError
from hilum.explanation.inside import Inside
from hilum.files import replaced_when_done, write_atomically
from hilum.reporting.format import count
from hilum.reporting.inside_pictures import tiles
from hilum.reporting.inside_words import about_answer, about_by_hand, about_layer, about_step, told
from hilum.reporting.render import PAGE

_LARGEST_SHOWN = 7


@dataclass(frozen=True)
class Looked:
    """What was looked at, for the head of the page.

    Attributes:
        reader: the model's name.
        architecture: the network's.
        repeat: which of the repeated trainings, from 1.
        notes: what one should know, in sentences.

    Example:
        >>> Looked("a", "small_cnn", 1).architecture
        'small_cnn'
    """

    reader: str
    architecture: str
    repeat: int
    notes: tuple[str, ...] = ()


def inside_html(inside: Inside, looked: Looked) -> str:
    """The page, with style and pictures in it; no script, no network. The same input gives the same bytes."""
    environment = Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"told": told, "count": count}
    uris = {name: _uri(picture) for name, picture in inside_pictures(inside).items()}
    return environment.get_template("inside.html.j2").render(
        css=Markup((PAGE / "report.css").read_text(encoding="utf-8")),  # noqa: S704  # a file of this package
        looked=looked,
        notes=(*looked.notes, *inside.notes),
        pictures=uris,
        stages=_stages(inside),
        kernels=0 if inside.kernels is None else len(inside.kernels),
        shown=len(inside.shown),
        by_hand=_by_hand(inside),
        answer=inside.answer,
        about_answer=about_answer(inside.answer),
        step=inside.step,
        about_step=[] if inside.step is None else about_step(inside.step),
    )


def inside_pictures(inside: Inside) -> dict[str, bytes]:
    """Every picture of the page as PNG, by name."""
    found = {"image": tiles(inside.prepared[np.newaxis])}
    if inside.kernels is not None:
        labels = [f"{number + 1}" for number in inside.shown]
        largest = float(np.abs(inside.kernels).max())
        found["kernels"] = tiles(inside.kernels[list(inside.shown)], labels, largest=largest)
    for name, layer in zip(_names(inside), inside.layers, strict=True):
        found[name] = tiles(layer.maps, [f"{number + 1}" for number in layer.shown])
    if inside.attention is not None:
        found["attention"] = tiles(inside.attention[np.newaxis])
    return found


def inside_json(inside: Inside, looked: Looked) -> str:
    """All numbers of the page, kernels and shown maps included, as strict JSON."""
    content = {"looked": asdict(looked), **_plain(asdict(inside))}
    try:
        return json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n"
    except ValueError:
        raise ReportError("the network gives numbers that are none: it cannot be looked into") from None


def write_inside(
    inside: Inside,
    looked: Looked,
    *,
    folder: Path | None = None,
    page: Path | None = None,
    numbers: Path | None = None,
) -> list[Path]:
    """Write what was asked for, each file whole or not at all.

    Args:
        inside: what was seen.
        looked: at what.
        folder: for `inside.html`, `inside.json` and the pictures; made if it is not there.
        page: a file for the page alone.
        numbers: a file for the JSON alone.

    Returns:
        The files; of a folder the page.

    Raises:
        OSError: a file cannot be written.
    """
    written = []
    html = inside_html(inside, looked) if folder or page else ""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, picture in inside_pictures(inside).items():
            with replaced_when_done(folder / f"{name}.png") as temporary:
                temporary.write_bytes(picture)
        write_atomically(folder / "inside.json", inside_json(inside, looked))
        write_atomically(folder / "inside.html", html)
        written.append(folder / "inside.html")
    if page is not None:
        write_atomically(page, html)
        written.append(page)
    if numbers is not None:
        write_atomically(numbers, inside_json(inside, looked))
        written.append(numbers)
    return written


def _names(inside: Inside) -> list[str]:
    """A picture's name for every layer, such as `stage-1-convolution`."""
    return [f"stage-{layer.stage}-{layer.what.replace(' ', '-').lower()}" for layer in inside.layers]


def _stages(inside: Inside) -> list[dict[str, Any]]:
    stages: dict[int, list[dict[str, str]]] = {}
    for name, layer in zip(_names(inside), inside.layers, strict=True):
        item = {"picture": name, "what": layer.what, "name": layer.name, "about": about_layer(layer)}
        stages.setdefault(layer.stage, []).append(item)
    return [{"number": number, "layers": layers} for number, layers in stages.items()]


def _by_hand(inside: Inside) -> dict[str, Any] | None:
    """The window and the kernel as tables, where they are small enough to be read."""
    found = inside.by_hand
    if found is None:
        return None
    single = found.window.shape[0] == 1 and max(found.window.shape) <= _LARGEST_SHOWN
    products = found.window * found.weights
    return {
        "sentences": about_by_hand(found),
        "tables": [
            {"title": title, "rows": [[told(float(value), 3) for value in row] for row in values[0]]}
            for title, values in (
                ("window of the image", found.window),
                ("kernel", found.weights),
                ("window times kernel", products),
            )
        ]
        if single
        else [],
        "sum": told(float(products.sum()), 6),
    }


def _uri(picture: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(picture).decode("ascii")


def _plain(value: Any) -> Any:
    """Arrays as lists; numbers of 32 bits with the digits they have."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray):
        digits = 9 if value.dtype == np.float32 else 17
        return _listed(value.tolist(), digits)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value


def _listed(values: Any, digits: int) -> Any:
    if isinstance(values, list):
        return [_listed(each, digits) for each in values]
    return float(f"{values:.{digits}g}")
