"""The pieces that the PDF is made of, as plain data for its template: runs, cells, notes, tables."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

Block = dict[str, Any]
Run = dict[str, str]
Cell = dict[str, Any]

LONGEST_WORD = 22
FEW = 3  # columns up to which a table of numbers is only as wide as it must be
FIRST_COLUMN = 1.8  # as many times as wide as a column of numbers
SHORT = 12  # rows that may not be parted
MOST_UPRIGHT = 11  # columns that fit on an upright page
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
GLUED = re.compile(r"(\b[np] [=<>] [\d.,]*\d|\d+ % CI)")
ZERO_WIDTH_SPACE = "\u200b"
NO_BREAK_SPACE = "\u00a0"


def clean(text: object) -> str:
    r"""A text without characters that are no text, on one line.

    Example:
        >>> clean("a\x00b\nc")
        'ab c'
    """
    return NOT_TEXT.sub("", str(text)).replace("\r", "").replace("\n", " ").replace("\t", " ")


def breakable(text: str) -> str:
    r"""A text whose long words may be broken: after a joining sign, else after so many letters.

    Example:
        >>> breakable("short"), breakable("a_word_of_more_than_twenty_letters").count("\u200b")
        ('short', 6)
    """
    return " ".join(_broken(word) if len(word) > LONGEST_WORD else word for word in text.split(" "))


def _broken(word: str) -> str:
    pieces = re.split(r"(?<=[_+/.:\-])", word)
    parts = [piece[i : i + LONGEST_WORD] for piece in pieces for i in range(0, len(piece), LONGEST_WORD)]
    return ZERO_WIDTH_SPACE.join(parts)


def run(text: object, style: str = "plain", to: str = "") -> Run:
    """A piece of text in one style: plain, code, strong, soft or a link to a section."""
    return {"text": breakable(clean(text)), "style": style, "to": to}


def prose(text: object) -> list[Run]:
    r"""A text as runs: words between backticks are code, numbers stay on the line of what they belong to.

    Example:
        >>> [(piece["text"], piece["style"]) for piece in prose("`a<b`, n = 5")]
        [('a<b', 'code'), (', n\xa0=\xa05', 'plain')]
    """
    parts = str(text).split("`")
    if len(parts) % 2 == 0:
        parts = [str(text)]
    return [run(part, "code") if place % 2 else run(_glued(part)) for place, part in enumerate(parts) if part]


def _glued(text: str) -> str:
    return GLUED.sub(lambda found: found[0].replace(" ", NO_BREAK_SPACE), text)


def note(text: object, *, keep: bool = False) -> Block:
    """A paragraph in small letters, kept on the page of what follows where asked."""
    return {"kind": "small", "runs": prose(text), "keep": keep}


def cell(
    text: object = "",
    small: str = "",
    swatch: str = "",
    *,
    strong: bool = False,
    italic: bool = False,
    indent: bool = False,
    span: int = 1,
) -> Cell:
    """A cell of a table: its text, what stands small below it, a colour before it."""
    return runs_cell([run(text)] if text not in {"", None} else [], small, swatch) | {
        "strong": strong,
        "italic": italic,
        "indent": indent,
        "span": span,
    }


def runs_cell(runs: Sequence[Run], small: str = "", swatch: str = "") -> Cell:
    """A cell whose text has several styles."""
    plain = {"strong": False, "italic": False, "indent": False, "span": 1}
    return {"runs": list(runs), "small": clean(small), "swatch": swatch, **plain}


def table(
    caption: Sequence[Run],
    head: Sequence[Cell],
    groups: Iterable[tuple[Sequence[Cell], Sequence[Sequence[Cell]]]],
    *,
    size: float = 8.2,
    widths: Sequence[float] = (),
    numbers: bool = True,
) -> Block:
    """A table: its head is repeated on every page, a group's head stays with its rows.

    Args:
        caption: What stands above it.
        head: The cells of its head.
        groups: Each a head of its own (or none) and rows of cells.
        size: Of the letters, in points.
        widths: Share of each column, 0 as wide as needed; where none is given, the first is widest.
        numbers: Whether all columns but the first stand to the right.
    """
    found: list[dict[str, list[Any]]] = [{"head": list(first), "rows": list(rows)} for first, rows in groups]
    columns = len(head)
    narrow = columns <= FEW and numbers
    rows = sum(len(group["rows"]) for group in found)
    return {
        "kind": "table",
        "caption": list(caption),
        "head": list(head),
        "groups": found,
        "size": size,
        "widths": [0] * columns if narrow else list(widths) or [FIRST_COLUMN, *[1] * (columns - 1)],
        "narrow": narrow,
        "sides": ["left", *["right" if numbers else "left"] * (columns - 1)],
        "whole": rows <= SHORT,
        "wide": columns > MOST_UPRIGHT,
    }
