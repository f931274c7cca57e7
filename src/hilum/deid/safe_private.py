"""Private attributes that are known to hold nothing but a number, a code or a time of measurement."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from hilum.deid.attributes import values
from hilum.deid.identifiers import Identifiers

_NUMBER = re.compile(r"[+-]?(0|[1-9]\d{0,5})?(\.\d*)?([eE][+-]?\d{1,3})?")
_RATIO = re.compile(r"\d{1,2}(\.\d{1,6})?:\d{1,2}")
_BINARY = frozenset(("US", "SS", "UL", "SL", "FL", "FD"))
_FIRST_BLOCK = 0x10


@dataclass(frozen=True)
class Known:
    """A private attribute of which the maker says what it holds.

    Attributes:
        vr: its value representation.
        codes: the values that it may have, where it is a code.

    Example:
        >>> safe_attributes()["SIEMENS MR HEADER", 0x0019, 0x0C].vr
        'IS'
    """

    vr: str
    codes: frozenset[str] = frozenset()


@cache
def safe_attributes() -> Mapping[tuple[str, int, int], Known]:
    """The table `safe_private.toml`, by private creator, group and the last two digits of the element.

    Example:
        >>> len(safe_attributes()) > 20
        True
    """
    text = files("hilum.deid").joinpath("safe_private.toml").read_text(encoding="utf-8")
    found = {}
    for creator, groups in tomllib.loads(text).items():
        for group, entries in groups.items():
            for entry in entries.split():
                element, vr, *codes = re.split("[:=]", entry)
                allowed = frozenset(codes[0].split(",")) if codes else frozenset()
                found[creator, int(group, 16), int(element, 16)] = Known(vr, allowed)
    return found


def is_creator(element: DataElement) -> bool:
    """Whether an element reserves a block of private elements (PS3.5 section 7.8.1)."""
    return _FIRST_BLOCK <= element.tag.element <= 0xFF


def creator_of(dataset: Dataset, element: DataElement) -> str:
    """The private creator of an element's block in the same data set; of a creator its own name."""
    block = element.tag.element if is_creator(element) else element.tag.element >> 8
    if not _FIRST_BLOCK <= block <= 0xFF:
        return ""
    try:
        creator = dataset[Tag(element.tag.group, block)]
    except Exception:  # noqa: BLE001 - absent, or a broken value, which raises nearly anything
        return ""
    return creator.value.strip(" \0") if creator.VR == "LO" and isinstance(creator.value, str) else ""


def is_safe(dataset: Dataset, element: DataElement, identifiers: Identifiers) -> bool:
    """Whether a private element is listed and holds what the list says.

    Args:
        dataset: that it stands in, with its private creator.
        element: a private element.
        identifiers: of the file: a number that is one of them is not safe.

    Example:
        >>> source = Dataset()
        >>> block = source.private_block(0x7053, "Philips PET Private Group", create=True)
        >>> block.add_new(0x00, "DS", "0.000587")
        >>> is_safe(source, source[0x70531000], Identifiers(*[frozenset()] * 4))
        True
    """
    creator = creator_of(dataset, element)
    known = safe_attributes().get((creator, element.tag.group, element.tag.element & 0xFF))
    if known is None:
        return False
    texts = values(element.value)
    if known.vr == "RATIO":
        return element.VR == "SH" and all(_RATIO.fullmatch(text) for text in texts)
    if known.vr != element.VR or not texts:
        return False
    if known.vr == "CS":
        return known.codes.issuperset(texts)
    if known.vr in ("DS", "IS"):
        return all(_is_plain(text) and not identifiers.is_number(text) for text in texts)
    return known.vr in _BINARY or known.vr == "DT"


def is_safe_creator(dataset: Dataset, element: DataElement, identifiers: Identifiers) -> bool:
    """Whether a private creator is listed and something of its block is kept."""
    creator, group, block = creator_of(dataset, element), element.tag.group, element.tag.element
    for known_creator, known_group, low in safe_attributes():
        if (known_creator, known_group) == (creator, group):
            tag = Tag(group, block << 8 | low)
            try:
                kept = tag in dataset and is_safe(dataset, dataset[tag], identifiers)
            except Exception:  # noqa: BLE001 - a broken value raises nearly anything
                kept = False
            if kept:
                return True
    return False


def _is_plain(text: str) -> bool:
    """Whether a text is a measurement: at most six digits before the point, or a b-value as GE writes it."""
    return bool(_NUMBER.fullmatch(text) and any(map(str.isdigit, text))) or bool(
        re.fullmatch(r"10000\d{5}", text)
    )
