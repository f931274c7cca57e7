"""Warnings for the terminal: one line each, the first dozen, and where the others are."""

from collections.abc import Sequence

from hilum.evaluation.results import Notice

MOST_LINES = 12


def warning_lines(notices: Sequence[Notice], most: int = MOST_LINES) -> str:
    """Warnings one a line, the most serious first as they come; the rest is counted.

    Example:
        >>> print(warning_lines([Notice("a", "first"), Notice("b", "second"), Notice("c", "third")], most=1))
        warning  first
                 and 2 more in the JSON
    """
    kept = notices[:most] if len(notices) > most + 1 else notices
    lines = [f"warning  {notice.text}" for notice in kept]
    if len(kept) < len(notices):
        lines.append(f"         and {len(notices) - len(kept)} more in the JSON")
    return "\n".join(lines)
