"""A command that stands in a file, so that other users of the machine do not read it among the processes."""

import json
from collections.abc import Sequence
from pathlib import Path


def words_of(arguments: Sequence[str]) -> list[str]:
    """The words of a command: `@FILE` alone stands for the JSON list of words in that file.

    Args:
        arguments: what was typed after `hilum`.

    Example:
        >>> words_of(["run", "study.toml"])
        ['run', 'study.toml']
    """
    if len(arguments) != 1 or not arguments[0].startswith("@"):
        return list(arguments)
    try:
        words = json.loads(Path(arguments[0][1:]).read_bytes())
    except (OSError, ValueError):
        words = None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return list(arguments)  # the command line says that there is no such command
    return words
