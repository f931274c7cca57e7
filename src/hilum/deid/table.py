"""DICOM PS3.15 table E.1-1 as data: which attribute is treated how by the Basic Profile."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydicom.datadict import tag_for_keyword

ACTIONS = ("D", "Z", "X", "U", "Z/D", "X/Z", "X/D", "X/Z/D", "X/Z/U*")


@cache
def basic_profile() -> Mapping[int, str]:
    """The action of the Basic Profile for every attribute that table E.1-1 names, by tag.

    Curves, overlays and private attributes, which the table names by group, are not in it: they have their
    own rules.

    Example:
        >>> basic_profile()[0x00100010], basic_profile()[0x00080050]
        ('Z', 'Z')
    """
    text = files("hilum.deid").joinpath("table_e1_1.toml").read_text(encoding="utf-8")
    actions: dict[int, str] = {}
    for action, names in tomllib.loads(text).items():
        for name in names.split():
            actions[_tag(name)] = action
    return actions


def _tag(name: str) -> int:
    tag = tag_for_keyword(name)
    return int(name, 16) if tag is None else tag
