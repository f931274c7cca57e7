"""Columns of text that line up, also where a Korean syllable takes two places."""

import unicodedata

Grid = list[list[str]]


def aligned(lines: Grid) -> str:
    """Columns of text of equal width, two blanks apart; a Korean syllable takes two places.

    Example:
        >>> print(aligned([["a", "bb"], ["ccc", "d"]]))
        a    bb
        ccc  d
    """
    count = max((len(line) for line in lines), default=0)
    widths = [
        max((_width(line[place]) for line in lines if place < len(line)), default=0) for place in range(count)
    ]
    return "\n".join(
        "  ".join(cell + " " * (widths[place] - _width(cell)) for place, cell in enumerate(line)).rstrip()
        for line in lines
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
