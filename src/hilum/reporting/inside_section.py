"""The report's section that looks inside a network: the most telling steps of one image's way, small."""

import base64
from typing import Any

import numpy as np

from hilum.explanation.inside import Inside
from hilum.explanation.inside_layers import Layer
from hilum.explanation.inside_output import Answer
from hilum.reporting.inside import Looked
from hilum.reporting.inside_pictures import tiles
from hilum.reporting.inside_words import about_answer, about_by_hand, about_layer, about_step, told

# Smaller than on the page of its own, and no more than this together, as Base64.
_TILE, _MOST = 96, 360_000
PAGE_BESIDE = "inside/inside.html"


def inside_section(inside: Inside, looked: Looked, case: str, truth: str | None) -> dict[str, Any]:
    """What a report shows of one image's way through a network, as plain data.

    Args:
        inside: what was seen.
        looked: at what.
        case: the example's name.
        truth: what it shows; None where nobody said.

    Returns:
        `title`, `said`, `pictures`, `table`, `step` and `notes`; pictures as data URIs, together at most
        360,000 characters, the middle stages left out first.
    """
    shown = "" if truth is None else f", truth: {truth}"
    return {
        "title": f"{looked.reader} ({looked.architecture}, training {looked.repeat}), case {case}{shown}",
        "said": about_answer(inside.answer)[1:],
        "pictures": _within(_pictures(inside)),
        "hand": [] if inside.by_hand is None else about_by_hand(inside.by_hand),
        "table": _table(inside.answer),
        "about_table": about_answer(inside.answer)[0],
        "step": [] if inside.step is None else about_step(inside.step),
        "notes": [*looked.notes, *inside.notes],
        "beside": PAGE_BESIDE,
    }


def _pictures(inside: Inside) -> list[dict[str, Any]]:
    """Image, kernels, the first stage, the last, then what lies between: in the order of their worth."""
    prepared = tiles(inside.prepared[np.newaxis], tile=2 * _TILE)
    found = [_told("The image as it was prepared", "All that the network reads.", prepared, 22)]
    if inside.kernels is not None:
        labels = [f"{number + 1}" for number in inside.shown]
        chosen = inside.kernels[list(inside.shown)]
        drawn = tiles(chosen, labels, largest=float(np.abs(inside.kernels).max()), tile=_TILE)
        found.append(
            _told(
                "Kernels of the first convolution",
                "Vermilion counts for, blue against; all on one scale.",
                drawn,
                _percent(len(chosen)),
            )
        )
    if inside.attention is not None:
        drawn = tiles(inside.attention[np.newaxis], tile=2 * _TILE)
        found.append(_told("How much of each patch is in the answer", "Attention rolled out.", drawn, 22))
    last = max((layer.stage for layer in inside.layers), default=1)
    return found + [_of_layer(layer) for layer in inside.layers if layer.stage in (1, last)]


def _of_layer(layer: Layer) -> dict[str, Any]:
    drawn = tiles(layer.maps, [f"{number + 1}" for number in layer.shown], tile=_TILE)
    return _told(f"After {layer.what} ({layer.name})", about_layer(layer), drawn, _percent(len(layer.maps)))


def _told(title: str, caption: str, picture: bytes, percent: int) -> dict[str, Any]:
    uri = "data:image/png;base64," + base64.b64encode(picture).decode("ascii")
    return {"title": title, "caption": caption, "picture": uri, "percent": percent}


def _percent(count: int) -> int:
    return min(100, 12 * count + 4)


def _within(pictures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many as fit; one that is too large does not keep a smaller one out."""
    kept, size = [], 0
    for each in pictures:
        if size + len(each["picture"]) <= _MOST:
            kept.append(each)
            size += len(each["picture"])
    return kept


def _table(answer: Answer) -> list[list[str]]:
    rows = [
        [share.where, told(share.value), told(share.weight), told(share.product)] for share in answer.shares
    ]
    others = f"all other {answer.features - len(answer.shares):,}"
    return [
        *rows,
        [others, "", "", told(answer.rest)],
        ["bias", "", "", told(answer.bias)],
        ["sum z", "", "", told(answer.total, 5)],
    ]
