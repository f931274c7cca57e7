"""Which kind of object a file holds, and which kinds are cleaned."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hilum.deid.vocabulary import terms

STORAGE = "1.2.840.10008.5.1.4.1.1."
IMAGE, SEGMENTATION, REPORT = "image", "segmentation", "structured report"
PRESENTATION, RADIOTHERAPY, OTHER = "presentation state", "radiotherapy", "other"
KINDS = (IMAGE, SEGMENTATION, REPORT, PRESENTATION, RADIOTHERAPY, OTHER)
_DOSE, _MAP = STORAGE + "481.2", STORAGE + "30"
PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


@dataclass(frozen=True)
class Objects:
    """The content of `objects.toml`.

    Attributes:
        kinds: the kind of every SOP Class that is cleaned.
        refused: why others are refused, by the beginning of what follows `1.2.840.10008.5.1.4.1.1.`.
        labels: what to write where nothing of a name may stay, by keyword.
        links: keywords of names by which one attribute points to another.
        structures: words for parts of the body that are drawn, in lower case.
        content: codes of content items that name somebody, by what becomes of them.
    """

    kinds: Mapping[str, str]
    refused: Mapping[str, str]
    labels: Mapping[str, str]
    links: frozenset[str]
    structures: frozenset[str]
    content: Mapping[str, frozenset[str]]


@cache
def objects() -> Objects:
    """The kinds of objects as data.

    Example:
        >>> objects().kinds["1.2.840.10008.5.1.4.1.1.88.59"]
        'structured report'
    """
    data = tomllib.loads(files("hilum.deid").joinpath("objects.toml").read_text(encoding="utf-8"))
    kinds = dict.fromkeys(terms().images, IMAGE)
    for kind, tails in data["accepted"].items():
        kinds.update({STORAGE + tail: kind for tail in tails.split()})
    return Objects(
        kinds,
        data["refused"],
        data["labels"],
        frozenset(data["links"]["keywords"].split()),
        frozenset(data["structures"]["words"].split()),
        {name: frozenset(codes.split()) for name, codes in data["content"].items()},
    )


def kind_of(sop_class: str) -> str | None:
    """The kind of object of a SOP Class; None for those that are not cleaned.

    Example:
        >>> kind_of("1.2.840.10008.5.1.4.1.1.66.4"), kind_of("1.2.840.10008.5.1.4.1.1.104.1")
        ('segmentation', None)
    """
    return objects().kinds.get(sop_class)


def why_refused(sop_class: str) -> str | None:
    """Why objects of a kind are refused, in a few words; None where nothing is known of the kind.

    Example:
        >>> why_refused("1.2.840.10008.5.1.4.1.1.66")
        'raw data and surfaces cannot be cleaned'
    """
    if sop_class.startswith("1.2.840.10008.1.3.10"):
        return "a DICOMDIR, the table of contents of a medium, names patients and is not needed"
    parts = sop_class.removeprefix(STORAGE).split(".") if sop_class.startswith(STORAGE) else []
    for length in range(len(parts), 0, -1):
        if sentence := objects().refused.get(".".join(parts[:length])):
            return sentence
    return None


def may_have_pixels(keyword: str, sop_class: str) -> bool:
    """Whether objects of a kind have pixels of this form; what they must not have nobody searches.

    Args:
        keyword: `PixelData`, `FloatPixelData` or `DoubleFloatPixelData`.
        sop_class: of the object.

    Example:
        >>> may_have_pixels("PixelData", "1.2.840.10008.5.1.4.1.1.88.11")
        False
    """
    if keyword == "PixelData":
        return kind_of(sop_class) in (IMAGE, SEGMENTATION) or sop_class in (_DOSE, _MAP)
    return sop_class == _MAP
