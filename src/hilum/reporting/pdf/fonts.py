"""Fonts of the PDF: typst's own, and the machine's where the report has letters that typst's lack."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

OWN = ("Libertinus Serif",)
KOREAN = (
    "Noto Serif KR",
    "Noto Serif CJK KR",
    "Nanum Myeongjo",
    "NanumMyeongjo",
    "AppleMyungjo",
    "Batang",
    "Source Han Serif K",
    "Noto Sans KR",
    "Noto Sans CJK KR",
    "Nanum Gothic",
    "NanumGothic",
    "NanumBarunGothic",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "UnBatang",
    "Baekmuk Batang",
)
HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
# Beyond Latin, Greek and Cyrillic letters, marks, punctuation, signs and arrows.
FOREIGN = re.compile("[\u0590-\u1dff\u2e80-\ua6ff\uaa00-\ufaff\ufe20-\uffef\U00010000-\U0010ffff]")
NO_KOREAN = (
    "This machine has no font with Korean letters: in this file they are shown as empty boxes. They are "
    "whole in the page (HTML). Install a Korean font, such as Noto Serif KR or Nanum Myeongjo, and make the "
    "report again."
)
NO_LETTER = (
    "Some letters of this report are in no font of this machine: in this file they are shown as empty boxes. "
    "They are whole in the page (HTML)."
)


@dataclass(frozen=True)
class Setting:
    """One way to set the report.

    Attributes:
        fonts: Families in the order they are tried.
        machine: Whether the machine's fonts may be used.
        accessible: Whether the file must keep to PDF/UA, which allows no letter without a shape.
        notice: What the reader must be told.
    """

    fonts: tuple[str, ...]
    machine: bool
    accessible: bool
    notice: str = ""


def settings(text: str) -> list[Setting]:
    """The ways to set a text, best first: typst's own fonts, the machine's, and last with boxes for letters.

    Args:
        text: All words of the report and its figures.
    """
    found = [] if needs_machine_fonts(text) else [Setting(OWN, machine=False, accessible=True)]
    korean = tuple(name for name in KOREAN if name in machine_fonts()) if HANGUL.search(text) else ()
    notice = NO_KOREAN if HANGUL.search(text) and not korean else NO_LETTER
    fonts = (*OWN, *korean)
    return [
        *found,
        Setting(fonts, machine=True, accessible=True),
        Setting(fonts, machine=True, accessible=False, notice=notice),
    ]


def needs_machine_fonts(text: str) -> bool:
    """Whether a text has letters that typst's own fonts lack; only then the machine's fonts are looked at.

    Example:
        >>> needs_machine_fonts("AUROC 0.79, naïve ≥ 1"), needs_machine_fonts("폐렴")
        (False, True)
    """
    return FOREIGN.search(text) is not None


@cache
def machine_fonts() -> frozenset[str]:
    """The families of the machine's fonts."""
    import typst

    fonts: Any = typst.Fonts(include_system_fonts=True)
    return frozenset(fonts.families())
